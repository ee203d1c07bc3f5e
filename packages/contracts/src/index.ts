import { anime } from './anime.ts';
import { auth } from './auth.ts';
import { backups } from './backups.ts';
import { config } from './config.ts';
import type { Event, Group, Rpc } from './define.ts';
import { providers } from './providers.ts';
import { queue } from './queue.ts';
import { realtime } from './realtime.ts';
import { search } from './search.ts';
import { type ServiceName, system } from './system.ts';
import { tasks } from './tasks.ts';

/** The contract tree: every operation and every event of the system. */
export const contracts = { auth, config, anime, search, providers, tasks, backups, queue, realtime, system };
export type Contracts = typeof contracts;

/** Which service answers a group's operations and owns its events. */
export const owners = {
  auth: 'auth',
  config: 'catalog',
  anime: 'catalog',
  search: 'catalog',
  providers: 'catalog',
  tasks: 'catalog',
  backups: 'catalog',
  queue: 'downloader',
  realtime: 'notifier',
  system: 'gateway',
} as const satisfies Record<keyof Contracts, ServiceName>;

/** Every operation of a group, with its key. */
export function operationsOf(group: Group): [key: string, op: Rpc][] {
  return Object.entries(group).filter((entry): entry is [string, Rpc] => entry[1].kind === 'rpc');
}

/** Every operation of the tree, in the order of definition. */
export function allOperations(): Rpc[] {
  return Object.values(contracts).flatMap((group) => operationsOf(group).map(([, op]) => op));
}

/** Every event of the tree, in the order of definition. */
export function allEvents(): Event[] {
  return Object.values(contracts).flatMap((group) =>
    Object.values(group as Group).filter((entry): entry is Event => entry.kind === 'event'),
  );
}

/** An operation's subject below the prefix. */
export function subjectOf(contract: Rpc | Event): string {
  if (contract.kind === 'rpc') return `rpc.${contract.name}`;
  return `${contract.delivery === 'durable' ? 'evt' : 'live'}.${contract.name}`;
}

export * from './anime.ts';
export * from './auth.ts';
export * from './backups.ts';
export * from './binding.ts';
export * from './calendar.ts';
export * from './config.ts';
export * from './define.ts';
export * from './errors.ts';
export * from './filename.ts';
export * from './matching.ts';
export * from './media.ts';
export * from './naming.ts';
export * from './providers.ts';
export * from './queue.ts';
export * from './realtime.ts';
export * from './rename.ts';
export * from './request-fields.ts';
export * from './scan.ts';
export * from './search.ts';
export * from './series.ts';
export * from './shared.ts';
export * from './system.ts';
export * from './tasks.ts';
export * from './wanted.ts';
