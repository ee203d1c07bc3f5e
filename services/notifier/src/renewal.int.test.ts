import { connectBus, createLog } from '@aniworld/chassis';
import { testPrefix } from '@aniworld/testing';
import { expect, inject, test } from 'vitest';
import { newClient } from './client.fixture.ts';
import { until } from './notifier.fixture.ts';
import { startRenewal } from './renewal.ts';
import { createRing } from './ring.ts';
import { createRooms } from './rooms.ts';
import type { Snapshot } from './snapshot.ts';

const log = createLog({ level: 'silent', service: 'notifier', out: null });

test('after the link to the broker was down each room gets its snapshot again, as soon as its service answers', async () => {
  await using bus = await connectBus({ url: inject('natsUrl'), prefix: testPrefix(), name: 'test', log });
  const ring = createRing();
  using rooms = createRooms(ring);
  const { client, state } = newClient();
  rooms.add(client);
  for (const room of ['queue', 'library']) rooms.join(client, room);
  let tries = 0;
  const snapshots = async (room: string): Promise<Snapshot> => {
    if (room === 'library') return { data: { room } };
    tries += 1;
    return tries < 3 ? { data: null, error: { code: 'UNAVAILABLE', detail: '' } } : { data: { room } };
  };
  await using _renewal = startRenewal({ bus, rooms, ring, snapshots, log });
  await bus.connection.reconnect();
  await until(() => state.heard.length === 2);
  expect(state.heard.map(({ message }) => [message.type, message.room, message.data])).toEqual([
    ['snapshot', 'library', { room: 'library' }],
    ['snapshot', 'queue', { room: 'queue' }],
  ]);
});
