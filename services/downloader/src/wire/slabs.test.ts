import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSlabs, slabBytes } from './slabs.ts';

const KIB = 1024;

/** Fills like TLS: also after a pause, up to the most that may still come then. */
function play(steps: { fill: number; take: boolean }[]) {
  const slabs = createSlabs(() => 256 * KIB);
  const came: Buffer[] = [];
  const taken: Buffer[] = [];
  let lent: { piece: Buffer; copy: Buffer } | null = null;
  let excess = 0;
  let stamp = 0;
  const check = () => lent && expect(lent.piece.equals(lent.copy)).toBe(true);
  const take = () => {
    check();
    const piece = slabs.take();
    lent = piece && { piece, copy: Buffer.from(piece) };
    if (lent) taken.push(lent.copy);
  };
  for (const { fill, take: takes } of steps) {
    excess = slabs.full ? excess + fill : 0;
    if (!slabs.full || excess <= 80 * KIB) {
      const target = slabs.target();
      const bytes = Math.min(fill, target.length);
      expect(bytes).toBeGreaterThan(0);
      target.fill((stamp = (stamp + 1) % 251), 0, bytes);
      came.push(Buffer.from(target.subarray(0, bytes)));
      slabs.filled(bytes);
    }
    check();
    if (takes) take();
  }
  while (!slabs.empty) take();
  return { came: Buffer.concat(came), taken: Buffer.concat(taken) };
}

test('what was filled is taken in its order, once, and stays as it is until the next is taken', () => {
  const step = fc.record({ fill: fc.integer({ min: 1, max: 400 * KIB }), take: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { came, taken } = play(steps);
      expect(taken.equals(came)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('bytes that keep coming after it is full never reach what is still in use', () => {
  const slabs = createSlabs(() => 256 * KIB);
  const copies: Buffer[] = [];
  for (let i = 1; i <= 200; i += 1) {
    const target = slabs.target();
    target.fill(i % 251, 0, Math.min(64 * KIB, target.length));
    copies.push(Buffer.from(target.subarray(0, 64 * KIB)));
    slabs.filled(Math.min(64 * KIB, target.length));
  }
  const taken: Buffer[] = [];
  for (let piece = slabs.take(); piece; piece = slabs.take()) taken.push(Buffer.from(piece));
  expect(Buffer.concat(taken).equals(Buffer.concat(copies))).toBe(true);
});

test('pieces that nobody took meanwhile become one', () => {
  const slabs = createSlabs(() => 256 * KIB);
  for (let i = 0; i < 10; i += 1) slabs.filled(1000);
  expect(slabs.take()).toHaveLength(10_000);
  expect(slabs.take()).toBeNull();
});

test('slabs become smaller as soon as there are others, and large again when they are gone', () => {
  let wanted = 1024 * KIB;
  const slabs = createSlabs(() => wanted);
  const begin = () => {
    const room = slabs.target().length;
    slabs.filled(room);
    slabs.take();
    return room / KIB;
  };
  expect([begin(), begin(), begin(), begin()]).toEqual([1024, 1024, 1024, 1024]);
  wanted = 256 * KIB;
  begin();
  expect([begin(), begin(), begin()]).toEqual([256, 256, 256]);
  wanted = 512 * KIB;
  begin();
  expect([begin(), begin(), begin()]).toEqual([256, 256, 256]);
  wanted = 1024 * KIB;
  begin();
  expect([begin(), begin(), begin()]).toEqual([1024, 1024, 1024]);
});

test('the more connections there are, the less memory each of them gets', () => {
  expect([0, 3, 4, 7, 8, 1_000].map(slabBytes)).toEqual([1024, 1024, 512, 512, 256, 256].map((kib) => kib * KIB));
});
