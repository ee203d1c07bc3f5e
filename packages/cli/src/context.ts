import type { Readable, Writable } from 'node:stream';
import { type ApiClient, type ClientOptions, createClient } from '@aniworld/sdk';
import type { Environment } from './environment.ts';
import { readSession } from './session-file.ts';

type Input = Readable & { isTTY?: boolean; setRawMode?: (on: boolean) => unknown };
type Output = Writable & { isTTY?: boolean; columns?: number };

/** What every command gets: where it speaks, which server it asks, when it has to end. */
export interface Context {
  stdin: Input;
  stdout: Output;
  stderr: Output;
  environment: Environment;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** From `--url`; goes before the environment and the stored session. */
  url?: string;
}

/** Where the standalone listens unless told otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:4470';

export type Connection = Required<Pick<ClientOptions, 'baseUrl' | 'token'>>;

/** The server and the token to use, by the order: option, environment, stored session, default. */
export async function connectionOf({ environment, url }: Context): Promise<Connection> {
  const stored = await readSession(environment.sessionFile);
  const baseUrl = url ?? environment.url ?? stored?.url ?? DEFAULT_URL;
  // A token goes to the server that issued it and to no other.
  const token = environment.token ?? (stored?.url === baseUrl ? stored.token : null);
  return { baseUrl, token: () => token };
}

export async function clientOf(context: Context): Promise<ApiClient> {
  return createClient(await connectionOf(context));
}

export function print(context: Context, text: string): void {
  context.stdout.write(`${text}\n`);
}

export function printJson(context: Context, value: unknown): void {
  print(context, JSON.stringify(value, null, 2));
}
