import type { anime, Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { calendarHandlers } from './handlers/calendar.ts';
import type { HandlerDeps } from './handlers/deps.ts';
import { matchingHandlers } from './handlers/matching.ts';
import { renameHandlers } from './handlers/rename.ts';
import { scanHandlers } from './handlers/scan.ts';
import { seriesHandlers } from './handlers/series.ts';
import { wantedHandlers } from './handlers/wanted.ts';

export { backupsHandlers } from './handlers/backups.ts';
export { configHandlers } from './handlers/config.ts';
export { providersHandlers } from './handlers/providers.ts';
export { searchHandlers } from './handlers/search.ts';
export { tasksHandlers } from './handlers/tasks.ts';

/** The group `anime`, put together from its parts. */
export function animeHandlers(deps: HandlerDeps): Handlers<typeof anime, Ctx> {
  return {
    ...seriesHandlers(deps),
    ...scanHandlers(deps),
    ...matchingHandlers(deps),
    ...renameHandlers(deps),
    ...wantedHandlers(deps),
    ...calendarHandlers(deps),
  };
}
