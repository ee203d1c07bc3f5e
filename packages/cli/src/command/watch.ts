import { type DownloadProgress, fail, type QueueItem } from '@aniworld/contracts';
import { type ApiClient, connectRealtime, createClient, type Realtime } from '@aniworld/sdk';
import { Command } from 'commander';
import { type Connection, type Context, connectionOf } from '../context.ts';
import { itemName } from '../item-name.ts';
import { type ProgressView, progressView } from '../progress-view.ts';

/** `aniworld watch`: running downloads live, until Ctrl-C or, with `--until-idle`, until the queue is empty. */
export function watchCommand(context: Context): Command {
  return new Command('watch')
    .description('Show downloads live, until Ctrl-C')
    .option('--until-idle', 'end once nothing waits or runs any more')
    .action(async (options: { untilIdle?: boolean }) => {
      const connection = await connectionOf(context);
      const client = createClient(connection);
      // Says at once when the session is no good, in the server's words.
      await client.queue.status({}, { signal: context.signal });
      const view = progressView(context);
      try {
        await watch({ context, connection, client, view }, options.untilIdle ?? false);
      } finally {
        view.close();
      }
    });
}

interface Parts {
  context: Context;
  connection: Connection;
  client: ApiClient;
  view: ProgressView;
}

async function watch({ context, connection, client, view }: Parts, untilIdle: boolean): Promise<void> {
  const ended = Promise.withResolvers<void>();
  context.signal.addEventListener('abort', () => ended.resolve());
  using live = connectRealtime({
    ...connection,
    onUnauthenticated: () => ended.reject(fail('UNAUTHENTICATED')),
    onProblem: (error) => context.stderr.write(`${error.message}\n`),
  });
  const endIfIdle = async () => {
    if (!untilIdle) return;
    const { counts } = await client.queue.status({}, { signal: context.signal });
    if (counts.pending + counts.downloading === 0) ended.resolve();
  };
  showProgress(live, client, view);
  const finish = ({ item }: { item: QueueItem }, line: string) => {
    view.end(item.id, line);
    endIfIdle().catch(ended.reject);
  };
  live.on('download_complete', (data) => finish(data, `done    ${data.path}`));
  live.on('download_failed', (data) => finish(data, `failed  ${itemName(data.item)}: ${data.detail} (${data.cause})`));
  await Promise.race([live.join('downloads'), ended.promise]);
  await endIfIdle();
  await ended.promise;
}

/** Samples carry ids alone: an item's name is asked for once, when it first moves. */
function showProgress(live: Realtime, client: ApiClient, view: ProgressView): void {
  const names = new Map<string, string | Promise<void>>();
  const show = (sample: DownloadProgress) => {
    const name = names.get(sample.id);
    if (typeof name === 'string') return view.show(name, sample);
    if (name) return;
    const asked = client.queue.get({ id: sample.id }).then(
      ({ item }) => void names.set(sample.id, itemName(item)),
      () => void names.delete(sample.id),
    );
    names.set(sample.id, asked);
  };
  live.on('download_progress', show);
  live.on('snapshot', ({ active }) => active?.forEach(show));
}
