import { AppError } from '@aniworld/contracts';
import { idleLoop } from '@aniworld/testing';
import { randomUUID } from 'node:crypto';
import { complete } from '../../../services/downloader/src/completion.ts';
import { Failure } from '../../../services/downloader/src/failure.ts';
import * as queue from '../../../services/downloader/src/queue.ts';
import { saveCheckpoints } from '../../../services/downloader/src/store/checkpoint.ts';
import * as lease from '../../../services/downloader/src/store/lease.ts';
import { lockGate, setGate } from '../../../services/downloader/src/store/state.ts';
import { claimItems } from '../../../services/downloader/src/worker.ts';
import type { QueueDb } from '../database.ts';
import type { Answer, Command } from './model.ts';

const LEASE_SECONDS = 60;
const FOLDER = '/nowhere';
const failure = { cause: 'network' as const, detail: 'of the test', attempt: 1 };
const again = { ...failure, waitSeconds: 0, crashed: false, keepBytes: true };

/** Does what a person or a worker would, by the same functions. @throws what they throw for anything but a refusal */
export async function carryOut(db: QueueDb, command: Command): Promise<Answer> {
  switch (command.kind) {
    case 'add':
      return add(db, command);
    case 'remove':
      return queue.removeItems(db, command.ids);
    case 'move':
      return move(db, command);
    case 'priority':
      return queue.changePriority(db, command.ids, command.priority);
    case 'hold':
      return queue.holdItems(db, command.ids, command.held);
    case 'retry':
      return queue.retryItems(db, { ids: command.ids });
    case 'pause':
      return db.transaction().execute(async (tx) => setGate(tx, { ...(await lockGate(tx)), paused: command.paused }));
    case 'claim':
      return claim(db);
    case 'reap':
      return reap(db);
    default:
      return underLease(db, command);
  }
}

async function add(db: QueueDb, { count, priority }: Extract<Command, { kind: 'add' }>): Promise<string[]> {
  const episode_ids = Array.from({ length: count }, () => randomUUID());
  const { items } = await queue.addItems(db, { series_id: randomUUID(), episode_ids, priority, max_attempts: 100 });
  return items.map(({ id }) => id);
}

async function move(db: QueueDb, { id, position }: Extract<Command, { kind: 'move' }>): Promise<boolean> {
  try {
    await queue.moveItem(db, id, position);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'ITEM_NOT_FOUND') return false;
    throw error;
  }
}

async function claim(db: QueueDb): Promise<string[]> {
  const [item] = await claimItems(
    { db, relay: idleLoop, worker: 'test', tags: ['http'], leaseSeconds: LEASE_SECONDS },
    1,
  );
  return item ? [item.id] : [];
}

/** As the reaper does, in one transaction instead of two. */
async function reap(db: QueueDb): Promise<string[]> {
  return db.transaction().execute(async (tx) => {
    const expired = await lease.takeExpired(tx, 'reaper', LEASE_SECONDS, 100, await lease.readClock(tx));
    for (const item of expired) await lease.requeue(tx, item, again);
    return expired.map(({ id }) => id);
  });
}

async function underLease(db: QueueDb, command: Extract<Command, { epoch: number }>): Promise<boolean> {
  const mine = { id: command.id, lease_epoch: command.epoch };
  const file = { v: 1 as const, folder: FOLDER, epoch: command.epoch, path: FOLDER, size: 1, sha256: '0'.repeat(64) };
  switch (command.kind) {
    case 'complete':
      return finish(db, mine, file);
    case 'fail':
      return db.transaction().execute(async (tx) => (await lease.finishFailed(tx, mine, failure)) !== undefined);
    case 'requeue':
      return db.transaction().execute(async (tx) => (await lease.requeue(tx, mine, again)) !== undefined);
    case 'renew':
      return (await lease.renew(db, [mine], LEASE_SECONDS)).length > 0;
    case 'checkpoint': {
      const checkpoint = {
        v: 1 as const,
        folder: FOLDER,
        epoch: 1,
        clean: false,
        validator: null,
        total: 1,
        ranges: [],
      };
      return (await saveCheckpoints(db, [{ lease: mine, checkpoint, done: 0 }])).size > 0;
    }
  }
}

async function finish(db: QueueDb, mine: lease.Lease, file: Parameters<typeof complete>[2]): Promise<boolean> {
  try {
    await complete({ db, relay: idleLoop, worker: 'test' }, { ...mine, host: '' } as lease.Leased, file);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'worker_lost') return false;
    throw error;
  }
}
