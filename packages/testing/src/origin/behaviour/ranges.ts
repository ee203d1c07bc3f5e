import { whole } from '../honest.ts';
import { type Behaviour, withHeaders } from '../reply.ts';
import { onResume } from './when.ts';

/** A server that knows no ranges: always 200 with everything, and no Accept-Ranges. */
export function noRanges(): Behaviour {
  return ({ entity }) => withHeaders(whole(entity), { 'Accept-Ranges': undefined });
}

/** Ranges from 0 are honoured, so that a probe looks well; every other gets 200 with the whole file. */
export function ignoresRangeOnResume(): Behaviour {
  return onResume(({ entity }) => whole(entity));
}
