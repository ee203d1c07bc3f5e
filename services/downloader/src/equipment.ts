import type { Bus, Log, Loop } from '@aniworld/chassis';
import type { Egress } from '@aniworld/egress';
import type { Kysely } from 'kysely';
import type { Announce } from './announcement.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Complete } from './completion.ts';
import type { Digester } from './digest.ts';
import type { Hosts } from './engine/hosts.ts';
import type { Inspector } from './media/inspector.ts';
import type { DB } from './schema.gen.ts';
import type { Save } from './recorder.ts';
import type { Resolve } from './resolving.ts';
import type { Settings } from './settings.ts';
import type { Sidecars } from './sidecar.ts';
import type { Wire } from './wire/wire.ts';

/** What a worker has for all its tries. */
export interface Equipment {
  db: Kysely<DB>;
  bus: Bus;
  relay: Loop;
  settings: Settings;
  worker: string;
  /** The engines that the worker has: it takes no item whose source needs another. */
  tags: string[];
  /** Folders in which programs are found, separated by colons, as in PATH. */
  searchPath: string;
  egress: Egress;
  bandwidth: Bandwidth;
  wire: Wire;
  hosts: Hosts;
  digester: Digester;
  inspector: Inspector;
  sidecars: Sidecars;
  resolve: Resolve;
  announce: Announce;
  save: Save;
  complete: Complete;
  log: Log;
}
