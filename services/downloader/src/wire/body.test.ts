import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { createBody } from './body.ts';
import { frame } from './framing.ts';
import { readHead } from './head.ts';
import { connectionOf } from './wire.fixture.ts';

interface Outcome {
  status: number | null;
  body: string;
  /** What became of it: `finished` or `broken`, as the exchange is told, `surplus`, or a failure's cause. */
  end: string;
}

/** Reads one reply of a connection that brings these pieces. @throws whatever is no Failure */
async function read(pieces: Buffer[]): Promise<Outcome & { length: number | null }> {
  const outcome: Outcome = { status: null, body: '', end: '' };
  const connection = connectionOf(pieces);
  let length: number | null = null;
  try {
    const head = await readHead(connection, 1_000);
    if (!head) return { ...outcome, end: 'nothing', length };
    outcome.status = head.status;
    const { framing, dropLength } = frame('GET', head);
    const field = head.fields.find(([name]) => name === 'content-length');
    if (field && !dropLength && framing) length = Number.parseInt(field[1], 10);
    const settled = { finished: () => void (outcome.end = 'finished'), broken: () => void (outcome.end = 'broken') };
    const body = createBody({ connection, silenceMs: 1_000, ...settled }, framing);
    await body.each(async (piece) => {
      outcome.body += piece.toString('latin1');
      await Promise.resolve();
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    outcome.end = /more bytes than/.test(error.message) ? 'surplus' : error.reason;
  }
  return { ...outcome, length };
}

const content = fc.string({ maxLength: 200, unit: 'binary-ascii' });
const interim = fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n');
const chunksOf = (text: string) =>
  `${(text.match(/[^]{1,17}/g) ?? []).map((part) => `${part.length.toString(16)};x\r\n${part}\r\n`).join('')}0\r\n\r\n`;
const reply = fc.tuple(interim, content, fc.constantFrom('length', 'chunked', 'close')).map(([before, text, kind]) => {
  const fields = { length: `Content-Length: ${text.length}`, chunked: 'Transfer-Encoding: chunked', close: 'X: y' };
  const head = `${before}HTTP/1.1 200 OK\r\nServer: a\r\n  b\r\n${fields[kind]}\r\n\r\n`;
  return { text, kind, head, sent: Buffer.from(head + (kind === 'chunked' ? chunksOf(text) : text), 'latin1') };
});
const places = fc.array(fc.nat(), { maxLength: 15 });

function cut(bytes: Buffer, at: number[]): Buffer[] {
  const sorted = [...new Set([0, bytes.length, ...at.map((place) => place % (bytes.length + 1))])].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((place, i) => bytes.subarray(sorted[i], place));
}

test('wherever a reply is cut on its way, it is the same reply', async () => {
  await fc.assert(
    fc.asyncProperty(reply, places, async ({ text, kind, sent }, at) => {
      const expected = { status: 200, body: text, end: kind === 'close' ? 'broken' : 'finished' };
      if (kind === 'length' && text === '') expected.end = '';
      expect(await read(cut(sent, at))).toMatchObject(expected);
      expect(await read([...sent].map((byte) => Buffer.of(byte)))).toMatchObject(expected);
    }),
    { numRuns: 200 },
  );
});

test('a reply that breaks off is a broken connection, after what had come of it', async () => {
  await fc.assert(
    fc.asyncProperty(reply, fc.nat(), places, async ({ text, kind, head, sent }, length, at) => {
      const kept = sent.subarray(0, length % sent.length);
      const outcome = await read(cut(kept, at));
      expect(text.startsWith(outcome.body)).toBe(true);
      if (kept.length === 0) expect(outcome.end).toBe('nothing');
      else if (kind !== 'close' || kept.length < head.length) expect(outcome.end).toBe('network');
      else expect(outcome.end).toBe('broken');
    }),
    { numRuns: 500 },
  );
});

const INSERTS = ['', '\r\n', '\n', '\r', '\0', ' ', ':', '0', '-', ',', '\xff', 'Content-Length: 3\r\n', '\r\n\r\n'];
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom(...INSERTS)), { minLength: 1, maxLength: 5 });
const damaged = fc.tuple(reply, damage).map(([{ sent }, damages]) =>
  damages.reduce((bytes, [at, gone, put]) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(put, 'latin1'), bytes.subarray(place + gone)]);
  }, sent),
);
const garbage = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

test('whatever comes, it ends with a body within its length or with a failure, the same however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: damaged }, garbage), places, async (bytes, at) => {
      const outcome = await read([bytes]);
      const again = await read(cut(bytes, at));
      // What stands before a fault in the same piece is not handed on.
      if (outcome.end === 'bad_content') expect(again.body.startsWith(outcome.body)).toBe(true);
      else expect(again.body).toBe(outcome.body);
      // Whether bytes after the end are seen depends on whether they have come already.
      const endOf = ({ end }: Outcome) => (/^(broken|surplus)$/.test(end) ? 'finished' : end);
      expect([again.status, again.length, endOf(again)]).toEqual([outcome.status, outcome.length, endOf(outcome)]);
      expect(['', 'nothing', 'finished', 'broken', 'surplus', 'network', 'bad_content']).toContain(outcome.end);
      if (outcome.length === null) return;
      expect(outcome.body.length).toBeLessThanOrEqual(outcome.length);
      if (outcome.end === 'finished') expect(outcome.body).toHaveLength(outcome.length);
    }),
    { numRuns: 2_000 },
  );
});

test('enough is enough: nothing more is handed on, and the connection is not used again', async () => {
  const outcome: string[] = [];
  const connection = connectionOf([Buffer.from('abc'), Buffer.from('def')]);
  const exchange = {
    connection,
    silenceMs: 1_000,
    finished: () => void outcome.push('finished'),
    broken: () => void outcome.push('broken'),
  };
  const { framing } = frame('GET', { version: '1.1', status: 200, fields: [['content-length', '6']] });
  await createBody(exchange, framing).each((piece) => {
    outcome.push(piece.toString());
    return false;
  });
  expect(outcome).toEqual(['abc', 'broken']);
});
