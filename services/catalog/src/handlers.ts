import type { anime, Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import type { HandlerDeps } from './handlers/deps.ts';
import { matchingHandlers } from './handlers/matching.ts';
import { scanHandlers } from './handlers/scan.ts';
import { seriesHandlers } from './handlers/series.ts';

export { configHandlers } from './handlers/config.ts';
export { providersHandlers } from './handlers/providers.ts';
export { searchHandlers } from './handlers/search.ts';

/** The group `anime`, put together from its parts. */
export function animeHandlers(deps: HandlerDeps): Handlers<typeof anime, Ctx> {
  return { ...seriesHandlers(deps), ...scanHandlers(deps), ...matchingHandlers(deps) };
}
