import { type Bus, type Ctx, discover } from '@aniworld/chassis';
import { type Handlers, queue, type system } from '@aniworld/contracts';

export interface SystemDeps {
  bus: Bus;
  version: string;
}

/** The operations of the group `system`, the only one that the gateway owns. */
export function systemHandlers({ bus, version }: SystemDeps): Handlers<typeof system, Ctx> {
  return {
    get: async (_input, ctx) => {
      const [services, workers] = await Promise.all([discover(bus), workersOf(ctx)]);
      return { version, services, workers };
    },
  };
}

/** Null while no downloader answers: what else there is to say is said. */
async function workersOf(ctx: Ctx) {
  try {
    return (await ctx.call(queue.workers, {})).items;
  } catch (error) {
    ctx.log.debug({ err: error }, 'the workers are not known');
    return null;
  }
}
