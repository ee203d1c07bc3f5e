import type { WireReply } from '../wire/wire.ts';
import { BadPart, type Entity, readEntity, strong } from './entity.ts';
import { heldBefore } from './ranges.ts';
import { Restart, type Transfer } from './transfer.ts';

/** A body whose first byte is the file's byte `start`. */
export interface Opened {
  reply: WireReply;
  start: number;
  /** Where it ends, exclusive; null when that isn't told. */
  end: number | null;
}

/** Bytes before the wanted ones that are fetched again and compared; with a strong validator, against broken servers only. */
const OVERLAP = 64 * 1024;
const STRONG_OVERLAP = 4 * 1024;

/**
 * Asks for bytes `[at, end)` of a file that was begun, and for some before them to compare. What comes is such a part and
 * belongs to the same file as far as headers tell.
 * @throws Restart when the origin sends something else; Failure
 */
export async function openPart(
  transfer: Transfer,
  at: number,
  end: number | null,
  signal: AbortSignal,
): Promise<Opened> {
  const { validator, ranges } = transfer.fetched;
  const isStrong = !transfer.renewed && strong(validator) !== null;
  const start = at - Math.min(heldBefore(ranges, at), isStrong ? STRONG_OVERLAP : OVERLAP);
  const reply = await transfer.ask({ start, end }, signal);
  try {
    if (reply.status === 200) throw wholeInstead(transfer, reply);
    if (reply.status === 416) throw new Restart('it has no such part', { plain: true, refused: true });
    const entity = readEntity(reply);
    if (entity.start > start || entity.end! <= at)
      throw new Restart('it sends another part', { plain: true, refused: true });
    recognise(transfer, entity);
    return { reply, start: entity.start, end: entity.end };
  } catch (error) {
    if (!(error instanceof Restart && error.whole)) reply.body.destroy();
    throw error instanceof BadPart ? new Restart(error.message, { plain: true, refused: true }) : error;
  }
}

/** Either the file has changed, or ranges are ignored: then what is held is right, and only this part isn't given. */
function wholeInstead({ fetched }: Transfer, reply: WireReply): Restart {
  const { validator, total } = readEntity(reply);
  const isSame = total === fetched.total && strong(validator) !== null && validator === fetched.validator;
  return new Restart('it sends the whole file for a part', { whole: reply, refused: isSame });
}

/** @throws Restart when the part is of another file */
function recognise(transfer: Transfer, { validator, total }: Entity): void {
  const known = transfer.fetched;
  if (total === null) throw new Restart('it does not say of what the part is', { plain: true });
  if (known.total !== null && known.total !== total) {
    // The same tag for two sizes is a lie about one of them.
    throw new Restart('the file has another size', { plain: validator !== null && validator === known.validator });
  }
  const other = validator !== null && known.validator !== null && validator !== known.validator;
  if (other && !transfer.renewed) throw new Restart('the file is another one');
  if (transfer.renewed || known.total === null) transfer.recognise({ validator: validator ?? known.validator, total });
}
