import { expect, test } from 'vitest';
import { orderOf, readCalls } from './order.ts';

const ITEM = '0e9580c7-01c1-423e-9d39-a7a56c7ba8f5';
const OTHER = '5d2f6c0e-7a51-4c26-8a3e-0d6a3c1b9f10';
const PART = `21</library/.aniworld/${ITEM}.1.part>`;
const at = (seconds: number, call: string) => `[pid 7] ${seconds.toFixed(6)} ${call} <0.000010>`;
const write = (seconds: number) => at(seconds, `pwrite64(${PART}, "x"..., 100, 0) = 100`);
const sync = (seconds: number) => at(seconds, `fdatasync(${PART}) = 0`);
const map = (seconds: number) =>
  at(
    seconds,
    `write(19<TCP:[a->b]>, "[{\\"id\\":\\"${OTHER}\\",\\"ranges\\":[]},{\\"id\\":\\"${ITEM}\\",\\"ranges\\":[[0,100]]}]", 70) = 70`,
  );
const name = (seconds: number) => at(seconds, `link("/library/.aniworld/${ITEM}.1.part", "/proc/self/fd/9/A.mkv") = 0`);
const reserve = (seconds: number) =>
  at(seconds, `link("/library/.aniworld/${ITEM}.1.part", "/library/.aniworld/0.name") = 0`);
const folder = (seconds: number) => at(seconds, 'fsync(9</library/A>) = 0');
const done = (seconds: number) => at(seconds, `write(19<TCP:[a->b]>, "finish_completed${ITEM}", 70) = 70`);

const judge = (...lines: string[]) => orderOf(readCalls(lines), ITEM, '/library');

test('the right order has nothing early and nothing misplaced', () => {
  expect(judge(write(1), sync(2), map(3), reserve(3.5), sync(4), name(5), folder(6), done(7))).toEqual({
    maps: 1,
    early: 0,
    misplaced: [],
  });
});

test('a map that is sent before its bytes are synced is early', () => {
  expect(judge(write(1), map(2), sync(3), name(5), folder(6), done(7)).early).toBe(1);
});

test('a sync that began before the bytes were written does not count', () => {
  const late = [
    `[pid 8] 0.500000 fdatasync(${PART} <unfinished ...>`,
    write(1),
    '[pid 8] 1.500000 <... fdatasync resumed>) = 0',
  ];
  expect(judge(...late, map(2), sync(3), name(5), folder(6), done(7)).early).toBe(1);
});

test('a name before the file’s sync, and an end before the folder’s, are misplaced', () => {
  expect(judge(write(1), name(2), sync(3), folder(4), done(5)).misplaced).toEqual(['named before the file was synced']);
  expect(judge(write(1), sync(2), name(3), done(4), folder(5)).misplaced).toEqual([
    'done before the folder was synced',
  ]);
});
