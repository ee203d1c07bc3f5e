import { idleLoop } from '@aniworld/testing';
import * as lease from '../../services/downloader/src/store/lease.ts';
import { setMaxConcurrent } from '../../services/downloader/src/store/state.ts';
import { claimItems } from '../../services/downloader/src/worker.ts';
import type { FaultContext } from './case.ts';
import { openQueue, type QueueDb } from './database.ts';
import type { Scene } from './scene.ts';

const LEASE_SECONDS = 60;
const GONE = { cause: 'gone' as const, detail: 'of the test', attempt: 1 };

/** A claim that was made: when it was asked for, and how long it took with its transaction, in monotonic milliseconds. */
export interface Claim {
  at: number;
  ms: number;
}

/** Claims items as workers do, each on a connection of its own, and ends them without downloading anything. */
export class Claimers implements AsyncDisposable {
  readonly claims: Claim[] = [];
  readonly db: QueueDb;

  static async open(scene: Scene, context: FaultContext, connections: number, slots: number): Promise<Claimers> {
    const db = await openQueue(scene.rig, context, { max: connections });
    await db.transaction().execute((tx) => setMaxConcurrent(tx, slots));
    return new Claimers(db);
  }

  private constructor(db: QueueDb) {
    this.db = db;
  }

  /** @returns the item, or undefined when there is none to be had now */
  async claim(worker: string): Promise<lease.Leased | undefined> {
    const at = performance.now();
    const options = { db: this.db, relay: idleLoop, worker, tags: ['http'], leaseSeconds: LEASE_SECONDS };
    const [item] = await claimItems(options, 1);
    if (item) this.claims.push({ at, ms: performance.now() - at });
    return item;
  }

  /** Ends it as failed, because there is no file. */
  async end(item: lease.Leased): Promise<void> {
    await this.db.transaction().execute((tx) => lease.finishFailed(tx, item, GONE));
  }

  /** Claims and ends, one after the other, as fast as it goes, until `over`. */
  async hurry(worker: string, over: () => boolean): Promise<void> {
    while (!over()) {
      const item = await this.claim(worker);
      if (item) await this.end(item);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy();
  }
}
