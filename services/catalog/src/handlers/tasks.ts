import type { Handlers, tasks } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import type { HandlerDeps } from './deps.ts';

export function tasksHandlers({ scheduler }: Pick<HandlerDeps, 'scheduler'>): Handlers<typeof tasks, Ctx> {
  return {
    list: async () => ({ items: await scheduler.list() }),
    run: ({ name }) => scheduler.run(name),
  };
}
