import { Failure, toFailure } from '../failure.ts';
import type { WireReply } from '../wire/wire.ts';
import { copyBody, type Lane } from './copy.ts';
import type { Engine } from './engine.ts';
import { readEntity, strong } from './entity.ts';
import { refusePageAtEnd } from './impostor.ts';
import { fetchGaps } from './lanes.ts';
import { type Opened, openPart } from './opening.ts';
import { gapsOf, sizeOf } from './ranges.ts';
import { Restart, Transfer } from './transfer.ts';

/**
 * Fetches over HTTP (RFC 9110).
 *
 *   nothing held -> the whole file is asked for, without a range: the one question that can't be answered wrongly
 *   some held    -> the rest is asked for, with If-Range where there is a strong validator, and with some bytes before it
 *                   that are compared with those held
 *   size and strong validator known, and it takes long -> more connections, see `fetchGaps`
 *
 * Whatever contradicts what is known (`Restart`) makes it forget all and begin anew, with the reply that told it when that has
 * the whole file; after a part that can't be trusted, without ranges for the rest of the try.
 */
export const fetchHttp: Engine = async (job, signal) => {
  using transfer = new Transfer(job, signal);
  let whole: WireReply | null = null;
  for (let restarts = 0; ; restarts += 1) {
    try {
      const size = await fetchOnce(transfer, whole);
      refusePageAtEnd(await transfer.readTail(size));
      return size;
    } catch (error) {
      transfer.signal.throwIfAborted();
      if (!(error instanceof Restart)) throw toFailure(error);
      if (restarts >= MOST_RESTARTS) throw changing(error);
      whole = error.whole;
      transfer.plain ||= error.plain;
      await transfer.forget();
    }
  }
};

/** Times that a file is begun anew in one try. */
const MOST_RESTARTS = 4;

function changing(error: Restart): Failure {
  error.whole?.body.destroy();
  return new Failure(
    'network',
    `The source does not give the same file twice: ${error.message}. It is tried again by itself.`,
  );
}

async function fetchOnce(transfer: Transfer, whole: WireReply | null): Promise<number> {
  const { total, ranges } = transfer.fetched;
  if (total !== null && sizeOf(ranges) === total) return total;
  const opened = ranges.length > 0 ? await goOn(transfer) : await beginWhole(transfer, whole);
  return transfer.fetched.total === null ? fetchToEnd(transfer, opened) : fetchRest(transfer, opened);
}

async function goOn(transfer: Transfer): Promise<Opened> {
  const { total, ranges } = transfer.fetched;
  const [at, end] = total === null ? [ranges[0]![1], null] : gapsOf(ranges, total)[0]!;
  return openPart(transfer, at, end, transfer.signal);
}

async function beginWhole(transfer: Transfer, given: WireReply | null): Promise<Opened> {
  const reply = given ?? (await transfer.ask(undefined, transfer.signal));
  try {
    const entity = readEntity(reply);
    if (reply.status !== 200) throw new Failure('bad_content', 'The source sent a part where the whole was asked for.');
    await transfer.begin(entity, reply.headers['content-type']);
    return { reply, start: 0, end: entity.end };
  } catch (error) {
    reply.body.destroy();
    throw error;
  }
}

async function fetchRest(transfer: Transfer, opened: Opened | undefined): Promise<number> {
  const { job, plain, fetched } = transfer;
  const several = !plain && strong(fetched.validator) !== null;
  await fetchGaps(transfer, opened, several ? job.connections : 1);
  const { total, ranges } = transfer.fetched;
  transfer.judgeHead();
  if (sizeOf(ranges) !== total) throw new Failure('internal', 'Not every byte was written.');
  return total;
}

/** A file of which nobody said how long it is ends where its body does, if the body's framing can tell an end from a cut. */
async function fetchToEnd(transfer: Transfer, opened: Opened): Promise<number> {
  const lane: Lane = { at: opened.start, end: Number.MAX_SAFE_INTEGER };
  try {
    await copyBody(transfer, opened, lane, transfer.signal);
  } catch (error) {
    const isCut = error instanceof Failure && error.reason === 'network';
    if (!isCut || transfer.plain || lane.at === 0 || strong(transfer.fetched.validator) === null) throw error;
    return fetchRest(transfer, await goOn(transfer));
  }
  transfer.judgeHead();
  return opened.reply.body.delimited || transfer.plain || lane.at === 0 ? lane.at : confirmEnd(transfer, lane.at);
}

/** A body that ends with its connection may have been cut (RFC 9112 section 8): asking for its last byte tells the size. */
async function confirmEnd(transfer: Transfer, end: number): Promise<number> {
  const reply = await transfer.ask({ start: end - 1, end: null }, transfer.signal);
  reply.body.destroy();
  if (reply.status !== 206) return end;
  const { validator, total } = readEntity(reply);
  if (total === null || validator !== transfer.fetched.validator) return end;
  transfer.recognise({ validator, total });
  if (total < end) throw new Restart('it is shorter than what came of it', { plain: true });
  return total === end ? end : fetchRest(transfer, await goOn(transfer));
}
