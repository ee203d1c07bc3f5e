import { Failure } from '../failure.ts';
import type { Opened } from './opening.ts';
import { heldAfter } from './ranges.ts';
import { Restart, type Transfer } from './transfer.ts';

/** A stretch of the file that one connection fetches: `at` moves towards `end`, which others may bring nearer. */
export interface Lane {
  at: number;
  end: number;
}

/** Bytes of the next stretch that are compared with those that another connection brought. */
export const SEAM = 4 * 1024;

/**
 * Writes a body to its place until its own end or the lane's. Bytes outside of the lane that are held already are compared: where
 * they differ, the two come from different files, whatever their headers say.
 * @throws Restart for different bytes; Failure
 */
export async function copyBody(transfer: Transfer, opened: Opened, lane: Lane, signal: AbortSignal): Promise<void> {
  const { body } = opened.reply;
  let position = opened.start;
  const sink = async (piece: Buffer): Promise<boolean> => {
    signal.throwIfAborted();
    const begin = position;
    position += piece.length;
    if (begin < lane.at) await compare(transfer, piece.subarray(0, lane.at - begin), begin);
    const mine = piece.subarray(Math.max(0, lane.at - begin), Math.max(0, lane.end - begin));
    const at = lane.at;
    lane.at += mine.length;
    await transfer.write(mine, at, signal);
    if (position > lane.end) await compareSeam(transfer, piece.subarray(Math.max(0, lane.end - begin)), lane, begin);
    // A body that ends here anyway is read to its end, so that its connection can be used again.
    return position < lane.end + SEAM || (opened.end !== null && position >= opened.end);
  };
  try {
    await body.each(sink);
  } catch (error) {
    body.destroy();
    signal.throwIfAborted();
    throw error;
  }
  if (opened.end !== null && position < Math.min(opened.end, lane.end)) {
    throw new Failure('network', 'The connection ended before the file did.');
  }
}

/** Compares bytes with those that are held; what isn't held is passed over. */
async function compare({ job, fetched }: Transfer, bytes: Buffer, at: number): Promise<void> {
  for (const [start, end] of fetched.ranges) {
    const [from, to] = [Math.max(start, at), Math.min(end, at + bytes.length)];
    if (from >= to) continue;
    const held = Buffer.allocUnsafe(to - from);
    const { bytesRead } = await job.part.handle.read(held, 0, held.length, from);
    if (bytesRead < held.length || !held.equals(bytes.subarray(from - at, to - at))) {
      throw new Restart('bytes that came twice differ', { plain: true });
    }
  }
}

async function compareSeam(transfer: Transfer, bytes: Buffer, lane: Lane, begin: number): Promise<void> {
  const at = Math.max(lane.end, begin);
  const held = Math.min(SEAM - (at - lane.end), heldAfter(transfer.fetched.ranges, at), bytes.length);
  if (held > 0) await compare(transfer, bytes.subarray(0, held), at);
}
