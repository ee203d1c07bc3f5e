import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type Algorithm = 'sha256' | 'sha1' | 'md5' | 'crc32';

/** Lower-case hexadecimal digits; those that were wanted. */
export type Digests = Partial<Record<Algorithm, string>>;

/** Several checksums of the same bytes, made side by side. */
export interface Hashes {
  /** Bytes so far. */
  readonly hashed: number;
  update(bytes: Buffer): void;
  /** May be asked once. */
  digests(): Digests;
}

export function createHashes(wanted: readonly Algorithm[]): Hashes {
  const hashes = wanted.filter((name) => name !== 'crc32').map((name) => [name, createHash(name)] as const);
  let crc = 0;
  let hashed = 0;
  return {
    get hashed() {
      return hashed;
    },
    update(bytes) {
      for (const [, hash] of hashes) hash.update(bytes);
      if (wanted.includes('crc32')) crc = crc32(bytes, crc);
      hashed += bytes.length;
    },
    digests() {
      const digests: Digests = Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')]));
      return wanted.includes('crc32') ? { ...digests, crc32: crc.toString(16).padStart(8, '0') } : digests;
    },
  };
}
