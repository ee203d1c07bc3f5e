import type { Source } from '@aniworld/contracts';
import type { Following } from './digest.ts';
import { Failure } from './failure.ts';
import type { Held } from './keeper.ts';

const CHECKSUMS = ['sha256', 'sha1', 'md5', 'crc32'] as const;

/** What is to be computed of a file: what the provider knows, and SHA-256, by which it is known from then on. */
export function wantedChecksums(source: Source) {
  return CHECKSUMS.filter((name) => name === 'sha256' || source[name] !== null);
}

/**
 * Holds a fetched file against what the provider announced.
 * @returns its SHA-256
 * @throws Failure `bad_content` for an empty file, `checksum` for another one than was announced
 */
export async function verifyFile(
  size: number,
  source: Source,
  following: Following,
  { progressed, signal }: Pick<Held, 'progressed' | 'signal'>,
): Promise<string> {
  if (size === 0) throw new Failure('bad_content', 'The source sent an empty file. Look for another source.');
  if (source.size !== null && source.size !== size) {
    throw new Failure('checksum', `The provider announced ${source.size} bytes, ${size} came. It is fetched again.`);
  }
  const digests = await following.finish(size, progressed, signal);
  if (CHECKSUMS.some((name) => source[name] !== null && source[name] !== digests[name])) throw new Failure('checksum');
  return digests.sha256!;
}
