import { mediaInfoFactory, type MediaInfo } from 'mediainfo.js';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { MediaFacts } from '@aniworld/contracts';
import { judgeReport, type Report } from './report.ts';

/** The thread behind `startInspector`: reads synchronously, because nothing else happens in it. */

export interface Question {
  id: number;
  path: string;
}

/** One of these. */
export interface Finding {
  facts?: MediaFacts;
  /** Why it is no video that can be played, in a sentence. */
  refusal?: string;
  /** The file could not be read; that says nothing of it. */
  unread?: { code: string; message: string };
}

const piece = Buffer.allocUnsafeSlow(256 * 1024);
/** Beginning, index and end of any film; what isn't recognised by then never is. */
const MOST_READ = 64 * 1024 * 1024;
/** The parser's memory only grows. */
const MOST_FILES = 1_000;

const port = parentPort!;
let parser: MediaInfo<'JSON'> | undefined;
let files = 0;

port.on('message', ({ path }: Question) => {
  void find(path).then((finding) => port.postMessage(finding satisfies Finding));
});

async function find(path: string): Promise<Finding> {
  try {
    if (files++ % MOST_FILES === 0) {
      parser?.close();
      parser = await mediaInfoFactory({ format: 'JSON' });
    }
    return judgeReport(JSON.parse(parse(parser!, path)) as Report);
  } catch (error) {
    // After an error the parser's state is unknown.
    parser = undefined;
    files = 0;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('E')) return { unread: { code, message } };
    return { refusal: `What came can’t be read as a video: it is damaged. (${message})` };
  }
}

function parse(parser: MediaInfo<'JSON'>, path: string): string {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    parser.reset();
    parser.openBufferInit(size, 0);
    let [at, read] = [0, 0];
    while (at < size && read < MOST_READ) {
      const length = readSync(fd, piece, 0, piece.length, at);
      read += length;
      at += length;
      if (length === 0 || parser.openBufferContinue(piece.subarray(0, length), length)) break;
      const next = parser.openBufferContinueGotoGet();
      if (next < 0) continue;
      at = next;
      parser.openBufferInit(size, at);
    }
    parser.openBufferFinalize();
    return parser.inform();
  } finally {
    closeSync(fd);
  }
}
