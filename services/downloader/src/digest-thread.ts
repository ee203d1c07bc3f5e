import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type Algorithm, createHashes, type Digests, type Hashes } from './hashes.ts';

/** The thread behind `startDigester`. Files are read in turns, a few pieces each. */

export type Order =
  | { kind: 'open'; id: number; path: string; wanted: readonly Algorithm[] }
  | { kind: 'reach'; id: number; upTo: number }
  | { kind: 'restart'; id: number }
  | { kind: 'finish'; id: number; size: number }
  | { kind: 'close'; id: number };

export type Answer =
  | { kind: 'progress'; id: number }
  | { kind: 'done'; id: number; digests: Digests }
  | { kind: 'failed'; id: number; message: string };

interface Work {
  id: number;
  path: string;
  fd: number | null;
  wanted: readonly Algorithm[];
  hashes: Hashes;
  upTo: number;
  size: number | null;
}

const piece = Buffer.allocUnsafeSlow(1024 * 1024);
const PIECES_A_TURN = 8;

const works = new Map<number, Work>();
let turning = false;

const port = parentPort!;
port.on('message', (order: Order) => {
  if (order.kind === 'open') {
    const { id, path, wanted } = order;
    works.set(id, { id, path, wanted, fd: null, hashes: createHashes(wanted), upTo: 0, size: null });
    return;
  }
  const work = works.get(order.id);
  if (!work) return;
  if (order.kind === 'close') return close(work);
  if (order.kind === 'restart') Object.assign(work, { hashes: createHashes(work.wanted), upTo: 0 });
  else if (order.kind === 'reach') work.upTo = order.upTo;
  else work.upTo = work.size = order.size;
  turnSoon();
});

function close(work: Work): void {
  if (work.fd !== null) closeSync(work.fd);
  works.delete(work.id);
}

// Orders come between two turns: a file that was begun anew is not read as if it were the old one.
function turnSoon(): void {
  if (turning) return;
  turning = true;
  setImmediate(() => {
    turning = false;
    for (const work of works.values()) turn(work);
    if ([...works.values()].some(isBehind)) turnSoon();
  });
}

const isBehind = ({ hashes, upTo }: Work) => hashes.hashed < upTo;

function turn(work: Work): void {
  try {
    if (isBehind(work)) {
      for (let n = 0; n < PIECES_A_TURN && isBehind(work); n += 1) hashPiece(work);
      port.postMessage({ kind: 'progress', id: work.id } satisfies Answer);
    }
    if (work.size !== null && work.hashes.hashed === work.size) finish(work);
  } catch (error) {
    work.upTo = work.hashes.hashed;
    // What is wrong now may be right when the file is complete; until then nobody asks.
    if (work.size === null) return;
    work.size = null;
    port.postMessage({ kind: 'failed', id: work.id, message: (error as Error).message } satisfies Answer);
  }
}

function hashPiece(work: Work): void {
  work.fd ??= openSync(work.path, 'r');
  const { hashed } = work.hashes;
  const length = readSync(work.fd, piece, 0, Math.min(piece.length, work.upTo - hashed), hashed);
  if (length === 0) throw new Error(`it ends at ${hashed}`);
  work.hashes.update(piece.subarray(0, length));
}

function finish(work: Work): void {
  work.size = null;
  port.postMessage({ kind: 'done', id: work.id, digests: work.hashes.digests() } satisfies Answer);
}
