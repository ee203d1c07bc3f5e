import { type AppConfig, fail, type ProviderInfo } from '@aniworld/contracts';
import type { Log } from '@aniworld/chassis';
import type { Egress } from '@aniworld/egress';
import type { z } from 'zod';
import { guard } from './guard.ts';
import type { Provider } from './provider.ts';
import { createRss } from './providers/rss.ts';
import { createSample } from './providers/sample.ts';
import type { Shelf } from './shelf/index.ts';

export interface ProviderDeps {
  config: () => Promise<AppConfig>;
  log: Log;
  /** The way to everything that is not bundled. */
  egress: Egress;
  shelf: Shelf;
  /** The shelf's origin as the downloaders see it. */
  shelfUrl: string;
}

type Kind = keyof AppConfig['providers'];

/** Every provider: its kind in the configuration and what makes it. */
const makers: Record<Kind, (deps: ProviderDeps) => Provider | Promise<Provider>> = {
  sample: ({ shelf, shelfUrl }) => createSample(shelf, shelfUrl),
  rss: ({ config, egress }) => createRss(config, egress),
};

/** The providers behind their guards. Whether one is enabled is read from the configuration each time. */
export interface Registry extends AsyncDisposable {
  list(): Promise<z.output<typeof ProviderInfo>[]>;
  enabled(): Promise<Provider[]>;
  /** @throws PROVIDER_NOT_FOUND when there is none with this id or it is switched off */
  get(id: string): Promise<Provider>;
}

export async function createRegistry(deps: ProviderDeps): Promise<Registry> {
  const made: { kind: Kind; provider: Provider }[] = [];
  for (const [kind, make] of Object.entries(makers) as [Kind, (typeof makers)[Kind]][])
    made.push({ kind, provider: await make(deps) });
  return registryOf(made, deps);
}

/** A registry of providers that exist already. */
export function registryOf(
  made: readonly { kind: Kind; provider: Provider }[],
  { config, log }: Pick<ProviderDeps, 'config' | 'log'>,
): Registry {
  const all = made.map(({ kind, provider }) => ({ kind, provider: guard(provider, log) }));
  const enabled = async () => {
    const { providers } = await config();
    return all.filter(({ kind }) => providers[kind].enabled).map(({ provider }) => provider);
  };
  return {
    async list() {
      const { providers } = await config();
      return all.map(({ kind, provider: { id, name, licence } }) => ({
        id,
        name,
        kind,
        enabled: providers[kind].enabled,
        licence,
      }));
    },
    enabled,
    async get(id) {
      const provider = (await enabled()).find((one) => one.id === id);
      if (!provider) throw fail('PROVIDER_NOT_FOUND');
      return provider;
    },
    async [Symbol.asyncDispose]() {
      for (const { provider } of made) await provider[Symbol.asyncDispose]?.();
    },
  };
}
