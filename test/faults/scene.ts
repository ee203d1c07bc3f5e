import { queue, type AppConfig } from '@aniworld/contracts';
import { type QueueRig, startQueueRig, type Watch, watchEvent } from '@aniworld/testing';
import pg from 'pg';
import type { FaultContext } from './case.ts';
import { checkInvariants, type Expected } from './checker.ts';
import { until } from './until.ts';
import { Workers } from './workers.ts';

/** Limits that no case is about: they would only hide what it is about. */
const OUT_OF_THE_WAY = { max_concurrent: 64, host_max_concurrent: 64, min_free_bytes: 0, connections: 2 };

type Completed = Watch<(typeof queue.completed)['data']['_output']>;

/** What a case plays on: a queue with everything that it needs, worker processes, and a superuser's look into its database. */
export class Scene implements AsyncDisposable {
  readonly rig: QueueRig;
  readonly workers: Workers;
  readonly completed: Completed;
  readonly #client: pg.Client;
  readonly #opened: AsyncDisposableStack;
  #turn: Promise<unknown> = Promise.resolve();

  static async open(context: FaultContext, settings: Partial<AppConfig['queue']> = {}): Promise<Scene> {
    await using opened = new AsyncDisposableStack();
    const { natsUrl, postgresUrl: server } = context.servers;
    const rig = opened.use(await startQueueRig({ natsUrl, server, queue: { ...OUT_OF_THE_WAY, ...settings } }));
    const completed = opened.use(watchEvent(rig.bus, queue.completed));
    const client = new pg.Client({ connectionString: rig.databaseUrl });
    await client.connect();
    opened.defer(() => client.end());
    const workers = opened.use(new Workers(rig.environment, context.log));
    return new Scene({ rig, completed, workers, client }, opened.move());
  }

  private constructor(
    parts: { rig: QueueRig; completed: Completed; workers: Workers; client: pg.Client },
    opened: AsyncDisposableStack,
  ) {
    this.rig = parts.rig;
    this.completed = parts.completed;
    this.workers = parts.workers;
    this.#client = parts.client;
    this.#opened = opened;
  }

  async query<Row extends pg.QueryResultRow>(statement: string, values: unknown[] = []): Promise<Row[]> {
    // One connection: what is asked at the same time is asked one after the other.
    const turn = this.#turn.then(() => this.#client.query<Row>(statement, values));
    this.#turn = turn.catch(() => undefined);
    return (await turn).rows;
  }

  /** Waits for the event that an item was completed. */
  async ends(id: string, timeoutMs = 90_000) {
    return this.completed.next((data) => data.item.id === id, timeoutMs);
  }

  /** When workers claimed an item, in milliseconds since 1970, and which. */
  async claims(id: string): Promise<{ at: number; worker: string }[]> {
    return this.query(
      `select extract(epoch from at)::float8 * 1000 as at, worker from downloader.timeline
       where item_id = $1 and what = 'claimed' order by id`,
      [id],
    );
  }

  /** Waits until an item has been claimed so often. @returns the last claim */
  async claimed(id: string, times: number, timeoutMs?: number): Promise<{ at: number; worker: string }> {
    let claims: { at: number; worker: string }[] = [];
    await until(`claim ${times} of ${id}`, async () => (claims = await this.claims(id)).length >= times, timeoutMs);
    return claims.at(-1)!;
  }

  /** Waits until nothing runs and all events are sent, ends the workers, and says what does not hold. */
  async check(expected: Expected): Promise<string[]> {
    await until('the queue is at rest', async () => {
      const [busy] = await this.query<{ n: number }>(`
        select (select count(*)::int from downloader.item where state = 'downloading')
          + (select count(*)::int from downloader.outbox where sent_at is null) as n`);
      return busy?.n === 0;
    });
    await this.workers[Symbol.asyncDispose]();
    return checkInvariants(this.rig, expected);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }
}
