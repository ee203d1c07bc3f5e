import type { Readable } from 'node:stream';

/** A line of progress takes a tenth of it. */
const MOST_LINE = 64 * 1024;
const MOST_SAID = 16 * 1024;
/** 80 MiB a second: an endless flood would take all of the worker's time, and fill memory faster than it is swept. */
const BEAT_MS = 50;
const BEAT_BYTES = 4 * 1024 * 1024;

/** Reads all of a stream, but no faster than a limit that no sane program comes near. */
export function readPaced(stream: Readable, onData: (data: Buffer) => void): void {
  let [since, bytes] = [0, 0];
  stream.on('data', (data: Buffer) => {
    onData(data);
    if (performance.now() - since > BEAT_MS) [since, bytes] = [performance.now(), 0];
    bytes += data.length;
    if (bytes < BEAT_BYTES) return;
    stream.pause();
    setTimeout(() => stream.resume(), BEAT_MS).unref();
  });
}

/** Splits bytes into lines. One that is too long is left out, and never held: it may have no end. */
export function splitLines(onLine: (line: string) => void): (data: Buffer) => void {
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer) => {
    length += piece.length;
    if (length > MOST_LINE) pieces = [];
    else pieces.push(piece);
  };
  return (data) => {
    let from = 0;
    for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, from)) {
      take(data.subarray(from, at));
      if (length <= MOST_LINE) onLine(Buffer.concat(pieces).toString());
      pieces = [];
      length = 0;
      from = at + 1;
    }
    take(data.subarray(from));
  };
}

/** Keeps the end of what is written, and no more of it. */
export function keepTail(): { add: (data: Buffer) => void; text: () => string } {
  let tail: Buffer = Buffer.alloc(0);
  return {
    // No copy of a large piece: a flood of them would fill the memory faster than it is swept.
    add: (data) => (tail = (data.length < MOST_SAID ? Buffer.concat([tail, data]) : data).subarray(-MOST_SAID)),
    text: () => tail.toString(),
  };
}
