import { loop, startRelay } from '@aniworld/chassis';
import { absentFile, idleEquipment } from '@aniworld/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { joinRoster } from '../../services/downloader/src/roster.ts';
import type { Taken } from '../../services/downloader/src/store/claim.ts';
import { raiseLines } from '../../services/downloader/src/store/host.ts';
import { setMaxConcurrent } from '../../services/downloader/src/store/state.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../services/downloader/src/worker.ts';
import type { FaultContext } from './case.ts';
import { openQueue, type QueueDb } from './database.ts';
import type { Scene } from './scene.ts';

/** A claim that took something, in monotonic milliseconds: when it was asked for, and how long it took to its commit. */
export interface Claim {
  at: number;
  ms: number;
  items: number;
}

export interface CrewOptions {
  workers: number;
  /** Of each worker. */
  slots: number;
  /** How long an item is worked on, in milliseconds. */
  holdMs: () => number;
}

/** A claim and one of the worker's other statements at once; 64 of these stay below the server's limit. */
const CONNECTIONS = 2;

/**
 * The service's own workers in this process, each under a name of its own, with everything but the downloads: an item is
 * held for a while and then completed with a file that isn't there. So what the queue itself takes can be measured.
 */
export class Crew implements AsyncDisposable {
  readonly claims: Claim[] = [];
  completed = 0;
  /** Completions that were refused or could not be written. */
  readonly errors: string[] = [];
  readonly #workers: Worker[] = [];
  readonly #opened = new AsyncDisposableStack();

  static async open(scene: Scene, context: FaultContext, options: CrewOptions): Promise<Crew> {
    const crew = new Crew();
    const { bus } = scene.rig;
    const sender = await crew.#database(scene, context, CONNECTIONS);
    const relay = crew.#opened.use(startRelay({ db: sender, bus, service: 'downloader', log: context.log }));
    await sender.transaction().execute((tx) => setMaxConcurrent(tx, options.workers * options.slots));
    // Of what a replica does beside its worker, the part that claims depend on.
    crew.#opened.use(loop({ name: 'lines', everyMs: 1_000, log: context.log, run: () => raiseLines(sender) }));
    const equipment = idleEquipment();
    crew.#opened.use(equipment.egress);
    for (let n = 1; n <= options.workers; n += 1) {
      // Of its own, as in a process of its own: workers don't wait for each other's connections.
      const db = crew.#timed(await crew.#database(scene, context, CONNECTIONS));
      const name = `crew-${n}`;
      const worker = crew.#opened.use(
        crew.#hire({ ...equipment, db, bus, relay, worker: name, log: context.log }, options),
      );
      crew.#workers.push(worker);
      crew.#opened.use(
        joinRoster(db, worker, { name, slots: options.slots, tags: equipment.tags, version: '0' }, context.log),
      );
    }
    return crew;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }

  /** Lets all of them look for work at once. */
  wake(): void {
    for (const worker of this.#workers) worker.wake();
  }

  /** Claims that were asked for between two moments. */
  between(from: number, to: number): Claim[] {
    return this.claims.filter(({ at }) => at >= from && at < to);
  }

  async #database(scene: Scene, context: FaultContext, max: number): Promise<QueueDb> {
    const db = await openQueue(scene.rig, context, { max });
    this.#opened.defer(() => db.destroy());
    return db;
  }

  #hire(options: Omit<WorkerOptions, 'slots'>, { slots, holdMs }: CrewOptions) {
    return startWorker({ ...options, slots }, async ({ complete }, item) => {
      await delay(holdMs());
      await complete(item, absentFile(item)).then(
        () => (this.completed += 1),
        (error: unknown) => this.errors.push(`${item.id} could not be completed: ${String(error)}`),
      );
    });
  }

  /** The database, with a clock around what turns out to be a claim, by itself or together with the ends before it. */
  #timed(db: QueueDb): QueueDb {
    const executeQuery: QueueDb['executeQuery'] = async (query) => {
      const at = performance.now();
      const result = await db.executeQuery(query);
      const taken = (result.rows as Partial<Taken>[]).filter((row) => row.place != null);
      if (taken.length > 0 && taken[0]!.id) this.#note(at, taken.length);
      return result;
    };
    return new Proxy(db, {
      get(target, key) {
        if (key === 'executeQuery') return executeQuery;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #note(at: number, items: number): void {
    this.claims.push({ at, ms: performance.now() - at, items });
  }
}
