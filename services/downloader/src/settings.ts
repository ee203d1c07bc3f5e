import { type Bus, type Log, type Loop, loop } from '@aniworld/chassis';
import { AppConfig, config, type EffectiveConfig } from '@aniworld/contracts';
import { isDeepStrictEqual } from 'node:util';

/** The configuration as this process knows it: never absent, at worst the defaults or an older version. */
export interface Settings extends AsyncDisposable {
  readonly current: AppConfig;
  /** Resolves when the configuration was read once. */
  readonly known: Promise<void>;
}

/**
 * Follows the configuration: read at start and every minute, and at each change. `onChange` runs for each new version,
 * one after the other.
 */
export function followSettings(bus: Bus, log: Log, onChange: (config: AppConfig) => Promise<void>): Settings {
  let applied: EffectiveConfig | undefined;
  let current = AppConfig.parse({});
  const { promise: known, resolve } = Promise.withResolvers<void>();
  const apply = async (next: EffectiveConfig) => {
    // One version means different things before and after the catalog was started with other environment variables.
    if (applied && (next.version < applied.version || isDeepStrictEqual(next, applied))) return;
    current = next.config;
    await onChange(current);
    applied = next;
    log.info({ version: next.version }, 'configuration applied');
  };
  const refresh: Loop = loop({
    name: 'settings',
    everyMs: 60_000,
    log,
    async run(signal) {
      await apply(await bus.call(config.effective, {}, { signal }));
      resolve();
    },
  });
  const subscription = bus.listen(config.changed, () => refresh.wake());
  const reconnected = bus.onReconnect(() => refresh.wake());
  return {
    get current() {
      return current;
    },
    known,
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      await subscription[Symbol.asyncDispose]();
      await refresh[Symbol.asyncDispose]();
    },
  };
}
