import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newClient } from './client.fixture.ts';
import { frameOf, newMessage } from './message.ts';
import { createRooms } from './rooms.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PLACE = { epoch: 'one', seq: 7 };
const MIB = 1024 * 1024;

const frame = (room: string) => frameOf(newMessage('x', room, null, PLACE));

test('a message goes to those who are in its room', () => {
  using rooms = createRooms(PLACE);
  const [inside, outside] = [newClient(), newClient()];
  for (const { client } of [inside, outside]) rooms.add(client);
  rooms.join(inside.client, 'a');
  rooms.join(outside.client, 'b');
  rooms.broadcast(frame('a'));
  rooms.broadcast(frame('c'));
  expect([inside.state.heard.length, outside.state.heard.length]).toEqual([1, 0]);
  expect(rooms.counts()).toEqual({ a: 1, b: 1 });
  rooms.leave(inside.client, 'a');
  rooms.remove(outside.client);
  expect([rooms.counts(), rooms.clients.size]).toEqual([{}, 1]);
});

test('a client that leaves more than 4 MB lying is dropped with the next message', () => {
  using rooms = createRooms(PLACE);
  const { client, state } = newClient();
  rooms.add(client);
  rooms.join(client, 'a');
  state.buffered = 4 * MIB;
  rooms.broadcast(frame('a'));
  expect([state.heard.length, state.dropped]).toEqual([1, false]);
  state.buffered = 4 * MIB + 1;
  rooms.broadcast(frame('a'));
  expect([state.heard.length, state.dropped]).toEqual([1, true]);
  expect([rooms.counts(), rooms.clients.size]).toEqual([{}, 0]);
});

test('one that leaves more than 1 MB lying for three looks is dropped, one that catches up in between is not', () => {
  using rooms = createRooms(PLACE);
  const [slow, hasty] = [newClient(), newClient()];
  for (const { client, state } of [slow, hasty]) {
    rooms.add(client);
    state.buffered = MIB + 1;
  }
  vi.advanceTimersByTime(2_000);
  hasty.state.buffered = MIB;
  vi.advanceTimersByTime(1_000);
  hasty.state.buffered = MIB + 1;
  vi.advanceTimersByTime(2_000);
  expect([slow.state.dropped, hasty.state.dropped]).toEqual([true, false]);
});

test('who is cut hears why, gets nothing more, and is dropped when it doesn’t go', () => {
  using rooms = createRooms(PLACE);
  const { client, state } = newClient();
  rooms.add(client);
  rooms.join(client, 'a');
  rooms.cut(client, 'SESSION_REVOKED');
  rooms.broadcast(frame('a'));
  expect(state.closed?.message).toMatchObject({ type: 'error', data: { code: 'SESSION_REVOKED' }, ...PLACE });
  expect([state.heard.length, state.dropped]).toEqual([0, false]);
  vi.advanceTimersByTime(1_000);
  expect(state.dropped).toBe(true);
});
