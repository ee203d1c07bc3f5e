export { busy, fails, type RetryAfter } from './behaviour/busy.ts';
export { bomb, claimsCoding, coded, codedDeep } from './behaviour/coding.ts';
export { type CutFraming, chunkedBody, cutsAfter } from './behaviour/cut.ts';
export { changesAfter, type EntityChange, type Validators, validators } from './behaviour/entity.ts';
export { expiresAfter } from './behaviour/expiry.ts';
export { emptyBody, jsonError, loginPage, loginPageAsVideo, videoHeadThenPage } from './behaviour/impostor.ts';
export { type LengthLie, wrongLength } from './behaviour/length.ts';
export {
  brokenContentRange,
  clippedEnd,
  multipartPartial,
  noContentRange,
  otherTotal,
  wrongStart,
} from './behaviour/partial.ts';
export { ignoresRangeOnResume, noRanges } from './behaviour/ranges.ts';
export { hugeHeader, manyHeaders, silent, stallsAfterHeaders, stallsAt, trickles } from './behaviour/slow.ts';
export { type Unsatisfiable, unsatisfiable } from './behaviour/unsatisfiable.ts';
export { afterRequests, firstRequests, onRanges, onResume } from './behaviour/when.ts';
export type { OriginLog, OriginLogEntry } from './log.ts';
export { type Origin, type OriginFileChanges, type OriginOptions, startOrigin } from './origin.ts';
export type { Behaviour, Entity, Exchange, OriginFile, OriginRequest, Part, Reply } from './reply.ts';
export { type Seed, seededBytes, seededSha256 } from './seeded.ts';
