import type { Ack, Message } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { Rooms } from './rooms.ts';

type Body = { room: string; epoch?: string; seq?: number };

function roomsOf(answer: (body: Body) => Promise<Ack> = async ({ room }) => ({ ok: true, room })) {
  const entered: Body[] = [];
  const rooms = new Rooms((body) => {
    entered.push(body);
    return answer(body);
  });
  return { rooms, entered };
}

const message = (room: string, seq: number) => ({ room, seq, epoch: 'e1' }) as Message;

it('enters a room once connected, and tells who waited for it', async () => {
  const { rooms, entered } = roomsOf();
  const joined = rooms.join('queue', false);
  expect(entered).toEqual([]);
  await rooms.rejoin();
  expect(await joined).toEqual({ ok: true, room: 'queue' });
  expect(entered).toEqual([{ room: 'queue' }]);
});

it('enters each room again from the last message that it had there', async () => {
  const { rooms, entered } = roomsOf();
  await Promise.all([rooms.join('queue', true), rooms.join('library', true)]);
  rooms.note(message('queue', 7));
  rooms.note(message('queue', 9));
  rooms.note(message('elsewhere', 11));
  entered.length = 0;
  await rooms.rejoin();
  expect(entered).toEqual([{ room: 'queue', epoch: 'e1', seq: 9 }, { room: 'library' }]);
});

it('does not enter a room again that was left', async () => {
  const { rooms, entered } = roomsOf();
  await rooms.join('queue', true);
  rooms.forget('queue');
  entered.length = 0;
  await rooms.rejoin();
  expect(entered).toEqual([]);
});

it('goes on waiting when the connection breaks before the answer, and is done with the next one', async () => {
  let tries = 0;
  const { rooms } = roomsOf(async ({ room }) => {
    tries += 1;
    if (tries === 1) throw new Error('operation has timed out');
    return { ok: true, room };
  });
  const joined = rooms.join('queue', true);
  await rooms.rejoin();
  expect(await joined).toEqual({ ok: true, room: 'queue' });
});

it('ends every wait when the connection is closed for good', async () => {
  const { rooms } = roomsOf();
  const joined = rooms.join('queue', false);
  rooms.abandon();
  await expect(joined).rejects.toMatchObject({ code: 'CANCELLED' });
});
