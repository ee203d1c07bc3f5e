import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { newClient } from './client.fixture.ts';
import { createDesk } from './desk.ts';
import { frameOf, newMessage } from './message.ts';
import { createRing } from './ring.ts';
import { createRooms } from './rooms.ts';
import type { Snapshots } from './snapshot.ts';

function openDesk(snapshots: Snapshots = async () => ({ data: {} })) {
  const ring = createRing();
  ring.reset({ epoch: 'one', seq: 0 });
  const rooms = createRooms(ring);
  const { client, state } = newClient();
  const desk = createDesk(rooms, ring, snapshots);
  desk.welcome(client);
  const types = () => state.heard.map((frame) => frame.message.type);
  return { ring, rooms, desk, client, types, [Symbol.dispose]: () => rooms[Symbol.dispose]() };
}

test('a client may be in a hundred rooms, and enter again those that it is in', () => {
  using open = openDesk();
  const rooms = Array.from({ length: 101 }, () => `item:${randomUUID()}`);
  const acks = rooms.map((room) => open.desk.join(open.client, { room }));
  expect(acks.map((ack) => ack.ok)).toEqual([...Array<boolean>(100).fill(true), false]);
  expect(acks[100]?.error).toBe('At most 100 rooms');
  expect(open.desk.join(open.client, { room: rooms[0] }).ok).toBe(true);
  open.desk.leave(open.client, { room: rooms[1] });
  expect(open.desk.join(open.client, { room: rooms[100] }).ok).toBe(true);
});

test('what was missed comes first, then the room’s changes, and the snapshot when it is there', async () => {
  const snapshot = Promise.withResolvers<{ data: object }>();
  using open = openDesk(() => snapshot.promise);
  const change = (seq: number) => frameOf(newMessage(`change ${seq}`, 'queue', null, { epoch: 'one', seq }));
  for (const seq of [1, 2, 3]) open.ring.push([change(seq)], seq);
  open.desk.join(open.client, { room: 'queue', epoch: 'one', seq: 1 });
  open.rooms.broadcast(change(4));
  snapshot.resolve({ data: {} });
  await snapshot.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(open.types()).toEqual(['connected', 'change 2', 'change 3', 'change 4', 'snapshot']);
});

test('who has left meanwhile gets no snapshot', async () => {
  const snapshot = Promise.withResolvers<{ data: object }>();
  using open = openDesk(() => snapshot.promise);
  open.desk.join(open.client, { room: 'queue' });
  open.desk.leave(open.client, { room: 'queue' });
  snapshot.resolve({ data: {} });
  await new Promise((resolve) => setImmediate(resolve));
  expect(open.types()).toEqual(['connected']);
});
