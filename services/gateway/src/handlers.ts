import { type Bus, type Ctx, discover } from '@aniworld/chassis';
import type { Handlers, system } from '@aniworld/contracts';

export interface SystemDeps {
  bus: Bus;
  version: string;
}

/** The operations of the group `system`, the only one that the gateway owns. */
export function systemHandlers({ bus, version }: SystemDeps): Handlers<typeof system, Ctx> {
  return {
    get: async () => ({ version, services: await discover(bus) }),
  };
}
