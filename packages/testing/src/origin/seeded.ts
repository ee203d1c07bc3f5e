import { type Cipheriv, createCipheriv, createHash } from 'node:crypto';

/** What a file's bytes are made from: the same seed gives the same bytes, whatever the size. */
export type Seed = string | number;

const blockSize = 16;
const zeros = Buffer.alloc(1 << 18);

/**
 * Reads the endless file of a seed from a byte offset on. The bytes are the keystream of AES-128 in counter mode (NIST SP 800-38A
 * section 6.5) under a key hashed from the seed: any offset is as near as any other, and nothing has to be stored.
 */
export class SeededReader {
  readonly #cipher: Cipheriv;

  constructor(seed: Seed, from = 0) {
    const key = createHash('sha256').update(String(seed)).digest().subarray(0, blockSize);
    const counter = Buffer.alloc(blockSize);
    counter.writeBigUInt64BE(BigInt(Math.floor(from / blockSize)), 8);
    this.#cipher = createCipheriv('aes-128-ctr', key, counter);
    this.#cipher.update(zeros.subarray(0, from % blockSize));
  }

  /** The next `length` bytes, at most 256 KiB of them. */
  next(length: number): Buffer {
    return this.#cipher.update(zeros.subarray(0, length));
  }
}

/** The bytes of a seed from `from` up to, not including, `to`. */
export function seededBytes(seed: Seed, from: number, to: number): Buffer {
  return Buffer.concat([...chunks(seed, from, to)]);
}

/** The lower-case hex SHA-256 of the first `size` bytes of a seed; it blocks for about a second per GiB. */
export function seededSha256(seed: Seed, size: number): string {
  const hash = createHash('sha256');
  for (const chunk of chunks(seed, 0, size)) hash.update(chunk);
  return hash.digest('hex');
}

function* chunks(seed: Seed, from: number, to: number): Generator<Buffer> {
  const reader = new SeededReader(seed, from);
  for (let at = from; at < to; at += zeros.length) yield reader.next(Math.min(zeros.length, to - at));
}
