import type { backups as contract, Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { backupName } from '../backups.ts';
import type { HandlerDeps } from './deps.ts';

export function backupsHandlers(deps: Pick<HandlerDeps, 'backups' | 'scheduler'>): Handlers<typeof contract, Ctx> {
  const { backups, scheduler } = deps;
  return {
    list: () => backups.list(),
    async create() {
      const task = await scheduler.run('backup');
      return { name: backupName(task.running_since ?? task.last!.started_at), task };
    },
    download: ({ name, offset }) => backups.read(name, offset),
    async remove({ name }) {
      await backups.remove(name);
      return {};
    },
  };
}
