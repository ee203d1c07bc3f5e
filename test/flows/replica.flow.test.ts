import { createLog } from '@aniworld/chassis';
import { expect, inject, test } from 'vitest';
import { freePort } from '@aniworld/standalone/ports';
import { startReplica } from '@aniworld/standalone/replica';

test('a service that logs errors only is known to be ready all the same', async () => {
  const log = createLog({ service: 'test', level: 'silent', out: null });
  const environment = {
    NATS_URL: inject('natsUrl'),
    NATS_PREFIX: `replica${process.pid}`,
    HOST: '127.0.0.1',
    PORT: String(await freePort('127.0.0.1')),
    HEALTH_PORT: String(await freePort('127.0.0.1')),
    LOG_LEVEL: 'error',
  };
  await using replica = startReplica('notifier', environment, log);
  await expect(replica.ready).resolves.toBeUndefined();
});
