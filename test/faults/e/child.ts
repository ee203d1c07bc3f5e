import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../services/downloader/src/failure.ts';
import type { YtdlpChanges } from '../../../services/downloader/src/ytdlp/stub.fixture.ts';
import { aliveInGroup, FILM, startYtdlpRig } from '../../../services/downloader/src/ytdlp/stub.fixture.ts';
import type { FaultCase } from '../case.ts';
import { rounded } from '../quantile.ts';

/** What a program does in the place of yt-dlp, and what must come of it: the extension of the file, or the cause. */
interface Stub {
  name: string;
  body: string;
  expected: string;
  changes?: YtdlpChanges;
}

const GIB_OF = (descriptor: number) =>
  `const piece = Buffer.alloc(1 << 20, 'x'); for (let n = 0; n < 1024; n += 1) fs.writeSync(${descriptor}, piece);`;
/** One of them is deaf to all requests to end. */
const FORKS = `
  const { spawn } = require('node:child_process');
  const deaf = "process.on('SIGTERM', () => {}); process.send('deaf'); setInterval(() => {}, 1000);";
  spawn('sleep', ['600'], { stdio: 'inherit' });
  const fork = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`;

const STUBS: readonly Stub[] = [
  { name: 'exit 0 without a file', body: '', expected: 'bad_content' },
  { name: 'exit 0 with an unfinished file', body: `save('media.mp4.part')`, expected: 'bad_content' },
  { name: 'exit 1 with a file', body: `save('media.mp4'); process.exit(1)`, expected: 'internal' },
  { name: 'another file name', body: `save('The film [1].mkv')`, expected: 'mkv' },
  { name: 'two files', body: `save('a.mp4'); save('b.mp4')`, expected: 'bad_content' },
  {
    name: 'a link to a file of the system',
    body: `fs.symlinkSync('/etc/passwd', 'media.mp4')`,
    expected: 'bad_content',
  },
  { name: 'a gigabyte of errors', body: `${GIB_OF(2)} save('media.mp4')`, expected: 'mp4' },
  {
    name: 'a gigabyte of JSON on one line',
    body: `say('progress {"a": "'); ${GIB_OF(1)} say('"}'); save('media.mp4')`,
    expected: 'mp4',
  },
  {
    name: 'JSON as deep as it gets',
    body: `say('progress ' + '['.repeat(60000)); say('info ' + '{"a":'.repeat(10000)); save('media.mp4')`,
    expected: 'mp4',
  },
  {
    name: 'forks and hangs',
    body: `${FORKS} fork.on('message', () => setInterval(() => console.error('busy'), 20));`,
    expected: 'stalled',
    changes: { patience: { silentMs: 1_500 } },
  },
  {
    name: 'forks and ends well',
    body: `${FORKS} fork.on('message', () => { save('media.mp4'); process.exit(0); });`,
    expected: 'mp4',
  },
  {
    name: 'takes more memory than it may',
    body: `const held = []; for (let n = 0; n < 3000; n += 1) held.push(Buffer.alloc(1 << 20, 1)); save('media.mp4')`,
    expected: 'internal',
  },
];
const MOST_GROWTH = 128 * 1024 * 1024;
const MOST_SECONDS = 60;

/** E13 */
export const lyingChildren: FaultCase = {
  id: 'E13',
  title: 'a yt-dlp that lies, floods, forks and hangs',
  async run({ log }) {
    const broken: string[] = [];
    const figures: Record<string, number | string> = { stubs: STUBS.length };
    for (const stub of STUBS) {
      const { outcome, growth, seconds, alive } = await play(stub);
      log.info({ stub: stub.name, outcome }, 'played');
      const name = stub.name.replaceAll(/\W+/g, '_');
      figures[`${name}_seconds`] = rounded(seconds);
      figures[`${name}_growth_mib`] = Math.round(growth / 1024 / 1024);
      if (outcome !== stub.expected) broken.push(`I4: ${stub.name} gave ${outcome} and not ${stub.expected}`);
      if (growth > MOST_GROWTH)
        broken.push(`I7: ${stub.name} took ${Math.round(growth / 1024 / 1024)} MiB of the worker`);
      if (seconds > MOST_SECONDS) broken.push(`I13: ${stub.name} held its slot for ${rounded(seconds)} s`);
      if (alive > 0) broken.push(`I14: ${stub.name} left ${alive} processes`);
    }
    return { held: broken.length === 0, figures, broken };
  },
};

interface Played {
  outcome: string;
  /** Of the worker's memory, at most. */
  growth: number;
  seconds: number;
  /** Processes of its group that were left. */
  alive: number;
}

async function play({ body, changes }: Stub): Promise<Played> {
  await using rig = await startYtdlpRig();
  await rig.stub(body);
  await using memory = watchMemory();
  const begin = performance.now();
  const outcome = await rig.fetch('http://127.0.0.1/', changes).then(
    ({ ext, size }) => (size === FILM.length ? ext : `${size} bytes`),
    (error: unknown) => (error instanceof Failure ? error.reason : String(error)),
  );
  const seconds = (performance.now() - begin) / 1_000;
  const started = await rig.started();
  const alive = started ? (await aliveInGroup(started.pid)).length : 0;
  return { outcome, growth: memory.growth, seconds, alive };
}

/** How much larger this process became, at most. */
function watchMemory() {
  const before = process.memoryUsage.rss();
  const over = new AbortController();
  let most = before;
  const watching = (async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, process.memoryUsage.rss());
      await delay(20, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    get growth() {
      return most - before;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await watching;
    },
  };
}
