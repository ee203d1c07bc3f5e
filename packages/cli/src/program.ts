import { AppError, contracts, type Group, operationsOf } from '@aniworld/contracts';
import { Command, CommanderError } from 'commander';
import { addCommand } from './command/add.ts';
import { backupCommand, restoreCommand } from './command/backup.ts';
import { addBackups } from './command/backups.ts';
import { loginCommand } from './command/login.ts';
import { logoutCommand } from './command/logout.ts';
import { matchCommand } from './command/match.ts';
import { namingCommand } from './command/naming.ts';
import { isRouted, operationCommand } from './command/operation.ts';
import { parseCommand } from './command/parse.ts';
import { addQueue } from './command/queue.ts';
import { renameCommand } from './command/rename.ts';
import { addSearch } from './command/search.ts';
import { addTasks } from './command/tasks.ts';
import { unmatchedCommand } from './command/unmatched.ts';
import { watchCommand } from './command/watch.ts';
import type { Context } from './context.ts';

/** What does more than one operation of the contract. */
const COMMANDS = [
  ...[loginCommand, logoutCommand, addCommand, watchCommand, namingCommand, parseCommand],
  ...[unmatchedCommand, matchCommand, renameCommand, backupCommand, restoreCommand],
];

/**
 * Runs one command line (without the program's own name). Resolves with the exit status: 0, or 1 with one sentence and its code on
 * standard error.
 */
export async function runProgram(args: string[], context: Context): Promise<number> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (context.signal.aborted) return 130;
    context.stderr.write(`${sentence(error)}\n`);
    return 1;
  }
}

function createProgram(context: Context): Command {
  const program = new Command('aniworld')
    .description('Search, add, queue and watch downloads of an AniWorld server')
    .option('--url <address>', 'the server; kept by "login"')
    .hook('preAction', () => {
      const { url } = program.opts<{ url?: string }>();
      if (url) context.url = url.replace(/\/+$/, '');
    });
  for (const command of COMMANDS) program.addCommand(command(context));
  for (const [name, group] of Object.entries(contracts)) program.addCommand(groupCommand(name, group, context));
  return withoutExit(program, context);
}

function groupCommand(name: string, group: Group, context: Context): Command {
  const command = new Command(name).description(summaries(group));
  for (const [, op] of operationsOf(group)) if (isRouted(op)) command.addCommand(operationCommand(op, context));
  if (name === 'search') addSearch(command.description('Search all providers'), context);
  if (name === 'queue') addQueue(command.description('Show the queue, or change it'), context);
  if (name === 'tasks') addTasks(command.description('Show what the server does by itself, or run it now'), context);
  if (name === 'backups') addBackups(command.description('Show the backups, or change them'), context);
  return command;
}

function summaries(group: Group): string {
  const names = operationsOf(group).filter(([, op]) => isRouted(op));
  return names.map(([, op]) => op.name.slice(op.name.indexOf('.') + 1).replaceAll('_', '-')).join(', ');
}

/** Lets the caller decide on the exit, for the program and each of its commands. */
function withoutExit(command: Command, { stdout, stderr }: Context): Command {
  command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
  for (const child of command.commands) withoutExit(child, { stdout, stderr } as Context);
  return command;
}

function sentence(error: unknown): string {
  if (!(error instanceof AppError)) return `${error instanceof Error ? error.message : error} [INTERNAL]`;
  const fields = error.details.errors?.map(({ path, message }) => `--${path.replaceAll('_', '-')}: ${message}`) ?? [];
  const hint = error.status === 401 && error.code !== 'INVALID_CREDENTIALS' ? ' Use "aniworld login".' : '';
  return [`${error.message}${hint} [${error.code}]`, ...fields].join('\n  ');
}
