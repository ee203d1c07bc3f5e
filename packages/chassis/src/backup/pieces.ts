export interface Piece {
  data: Buffer;
  last: boolean;
}

/** Cuts a stream into pieces of exactly `size` bytes and one of the rest, which is marked as the last and may be empty. */
export async function* pieces(chunks: AsyncIterable<Buffer>, size: number): AsyncGenerator<Piece, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < size) continue;
    const joined = Buffer.concat(held);
    let at = 0;
    for (; bytes - at >= size; at += size) yield { data: joined.subarray(at, at + size), last: false };
    held = [joined.subarray(at)];
    bytes -= at;
  }
  yield { data: Buffer.concat(held), last: true };
}
