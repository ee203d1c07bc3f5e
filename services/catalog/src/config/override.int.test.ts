import { AppConfig, config } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { startRig } from '../rig.fixture.ts';
import { MASKED, PROXY } from './proxy.fixture.ts';

describe('what the environment decides', () => {
  const environment = { ANIWORLD__QUEUE__MAX_CONCURRENT: '7', ANIWORLD__NETWORK__PROXY: PROXY };
  const overridden = ['queue.max_concurrent', 'network.proxy'];

  it('stands over the document, is shown as such and can’t be changed', async () => {
    await using rig = await startRig({ environment });
    const shown = await rig.bus.call(config.get, {});
    expect(shown).toMatchObject({ version: 0, overridden });
    expect([shown.config.queue.max_concurrent, shown.config.network.proxy]).toEqual([7, MASKED]);
    const sentence = expect.stringContaining('ANIWORLD__QUEUE__MAX_CONCURRENT');
    const change = { queue: { max_concurrent: 5 } };
    await expect(rig.bus.call(config.patch, { config: change })).rejects.toMatchObject({
      code: 'CONFIG_OVERRIDDEN',
      message: sentence,
      details: { errors: [{ path: 'config.queue.max_concurrent', message: sentence }] },
    });
    expect((await rig.bus.call(config.validate, { config: { ...shown.config, ...change } })).problems).toEqual([
      { path: 'queue.max_concurrent', message: sentence },
    ]);
  });

  it('may be sent back as it was read, and what was stored counts again without the variable', async () => {
    await using plain = await startRig();
    await plain.bus.call(config.patch, { config: { queue: { max_concurrent: 3 } } });
    await using second = await plain.replica(environment);
    // Both answer: ask until the one with the variables did.
    const shown = await until(
      () => plain.bus.call(config.get, {}),
      (read) => read.overridden.length > 0,
    );
    const change = { config: { ...shown.config, library: { nfo: true } } };
    await until(
      () => plain.bus.call(config.update, change).catch(() => undefined),
      (stored) => stored !== undefined && stored.overridden.length > 0,
    );
    await second[Symbol.asyncDispose]();
    const { config: now } = await plain.bus.call(config.effective, {});
    expect(now).toEqual(
      AppConfig.parse({ ...now, queue: { max_concurrent: 3 }, library: { ...now.library, nfo: true } }),
    );
  });

  it('keeps the service from starting when no service could use it', async () => {
    await expect(startRig({ environment: { ANIWORLD__NETWORK__ALLOW_PRIVATE: 'http://nas.local' } })).rejects.toThrow(
      /ANIWORLD__NETWORK__ALLOW_PRIVATE: .*must be an address/,
    );
    await expect(startRig({ environment: { ANIWORLD__LIBRARY__FOLDERS: 'library' } })).rejects.toThrow(
      /not an absolute path/,
    );
  });
});

async function until<T>(ask: () => Promise<T>, isMeant: (answer: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await ask();
    if (isMeant(answer)) return answer;
  }
  throw new Error('a hundred answers, and none was meant');
}
