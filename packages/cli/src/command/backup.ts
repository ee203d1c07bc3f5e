import { contracts, fail, type Task } from '@aniworld/contracts';
import { type ApiClient, download } from '@aniworld/sdk';
import { Command } from 'commander';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Context, clientOf, connectionOf, print } from '../context.ts';

const LOOK_MS = 500;

/** `aniworld backup [--output FILE]`: makes a backup on the server, and fetches it when a file is named. */
export function backupCommand(context: Context): Command {
  return new Command('backup')
    .description('Back up everything but the videos: settings, library, queue, password and keys')
    .option('--output <file>', 'fetch it to this file or folder; without it, it stays in the server’s folder')
    .action(({ output }: { output?: string }) => backup(context, output));
}

/** `aniworld restore`: says how, because a running server can't be restored over. */
export function restoreCommand(context: Context): Command {
  return new Command('restore')
    .description('Say how a backup is restored')
    .argument('[file]', 'the backup')
    .action((file = 'FILE') => {
      print(context, 'A running server can’t be restored over: a backup fills a new, empty one at its start.');
      print(context, `  npm start -- --restore ${file}`);
      print(context, `  RESTORE_FROM=/backups/${file} docker compose up -d`);
      print(context, 'docs/operations.md says where the file has to lie, and what is as it was afterwards.');
    });
}

async function backup(context: Context, output: string | undefined): Promise<void> {
  const client = await clientOf(context);
  const { signal } = context;
  const { name, task } = await client.backups.create({}, { signal });
  const { last } = await untilEnded(client, task, signal);
  if (last?.outcome !== 'completed')
    throw fail('UNAVAILABLE', { detail: `The backup was not made. ${last?.error ?? ''}`.trim() });
  print(context, last.result ?? name);
  if (output !== undefined) await fetchTo(context, name, output);
}

async function untilEnded(client: ApiClient, begun: Task, signal: AbortSignal): Promise<Task> {
  for (let task = begun; ; ) {
    if (task.running_since === null) return task;
    await delay(LOOK_MS, undefined, { signal });
    const { items } = await client.tasks.list({}, { signal });
    task = items.find(({ name }) => name === begun.name) ?? begun;
  }
}

/** Under its name only when all of it is there; for its owner's eyes alone, as on the server. */
async function fetchTo(context: Context, name: string, output: string): Promise<void> {
  const isFolder = await stat(output).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const path = isFolder ? join(output, name) : output;
  const part = `${path}.part`;
  const file = await download(contracts.backups.download, { name }, await connectionOf(context), context);
  try {
    const target = createWriteStream(part, { mode: 0o600, flush: true });
    await pipeline(Readable.fromWeb(file.body as never), target, { signal: context.signal });
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true });
    if (context.signal.aborted || (cause as NodeJS.ErrnoException).code?.startsWith('E')) throw cause;
    throw fail('UNAVAILABLE', {
      detail: 'The connection was lost before all of the backup was here. Try again.',
      cause,
    });
  }
  print(context, `${path} holds the password’s hash and all keys: keep it where only you can read it.`);
}
