import {
  type AppError,
  type Client,
  type Contracts,
  contracts,
  fail,
  type FileRpc,
  fromProblem,
  type HttpBinding,
  isFileRpc,
  operationsOf,
  type Problem,
  type Reply,
  type RequestInput,
  type Rpc,
} from '@aniworld/contracts';
import { type HttpCall, toHttpCall } from './http-call.ts';

export interface ClientOptions {
  /** Where the server is, with its base path and without `/api`: `http://nas:8080/aniworld`. */
  baseUrl: string;
  /** Asked before every call, so that a new session counts at once. */
  token?: () => string | null;
  fetch?: typeof fetch;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/** One object for each contract group, one method for each operation that has a route. */
export type ApiClient = { [K in keyof Contracts]: Client<Contracts[K], CallOptions> };

type Operation = Rpc & { http: HttpBinding };

/** The server may use its whole deadline; an answer that is still on its way then is worth waiting for. */
const PATIENCE_MS = 5_000;

/**
 * The typed client of the REST API, derived from the contracts. Every failure is an `AppError`: the server's own from its
 * problem document (RFC 9457), UNAVAILABLE when it can't be reached, CANCELLED when the caller's signal ended the call.
 */
export function createClient(options: ClientOptions): ApiClient {
  const groups = Object.entries(contracts).map(([name, group]) => {
    const routed = operationsOf(group).filter((entry): entry is [string, Operation] => hasClient(entry[1]));
    const methods = routed.map(([key, op]) => [
      key,
      (input: unknown = {}, call: CallOptions = {}) =>
        callOperation(op, input as Record<string, unknown>, options, call),
    ]);
    return [name, Object.fromEntries(methods)];
  });
  return Object.fromEntries(groups) as ApiClient;
}

/** A file is more than an answer: see `download`. */
const hasClient = (op: Rpc) => op.http !== undefined && !isFileRpc(op);

/** A file on its way. */
export interface Download {
  name: string;
  /** Bytes that follow. */
  size: number;
  /** Ends with an error when the connection is lost before all of it is there. */
  body: ReadableStream<Uint8Array>;
}

/** Begins to read the file that an operation answers; without a deadline, because nobody knows how large it is. */
export async function download<O extends FileRpc>(
  op: O,
  input: RequestInput<O>,
  options: ClientOptions,
  { signal }: CallOptions = {},
): Promise<Download> {
  const call = toHttpCall(op.http, input as Record<string, unknown>);
  const response = await send(call, Number.POSITIVE_INFINITY, options, signal);
  if (!response.ok || !response.body) throw toError(response, await readBody(response, undefined, signal));
  const name = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'download';
  return { name, size: Number(response.headers.get('content-length')), body: response.body };
}

/** Calls one operation by its contract; what the client's methods do, for callers that choose the operation at run time. */
export async function callOperation<O extends Operation>(
  op: O,
  input: Record<string, unknown>,
  options: ClientOptions,
  { signal }: CallOptions = {},
): Promise<Reply<O>> {
  const call = toHttpCall(op.http, input);
  const response = await send(call, op.timeout_ms, options, signal);
  const body = await readBody(response, op.http.type, signal);
  if (!response.ok) throw toError(response, body);
  const reply = op.reply.safeParse(body ?? {});
  if (reply.success) return reply.data as Reply<O>;
  throw fail('INTERNAL', {
    detail:
      'The server’s answer is not the one agreed on. Client and server may be of different versions; reload or update.',
    cause: reply.error,
  });
}

async function send(call: HttpCall, timeout: number, options: ClientOptions, signal?: AbortSignal): Promise<Response> {
  const url = `${options.baseUrl.replace(/\/+$/, '')}/api/v1${call.path}`;
  const token = options.token?.();
  const headers = {
    accept: 'application/json',
    ...call.headers,
    ...(call.body !== undefined && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const signals = [
    ...(signal ? [signal] : []),
    ...(timeout < Infinity ? [AbortSignal.timeout(timeout + PATIENCE_MS)] : []),
  ];
  const either = AbortSignal.any(signals);
  const request = options.fetch ?? globalThis.fetch;
  try {
    return await request(url, { method: call.method, headers, signal: either, ...(call.body && { body: call.body }) });
  } catch (cause) {
    throw transportError(cause, signal);
  }
}

/**
 * The parsed body, or `{ text }` where the contract gives the answer a type of its own; undefined where there is none or it
 * isn't JSON, as from a proxy's own error page.
 */
async function readBody(response: Response, type: string | undefined, signal?: AbortSignal): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw transportError(cause, signal);
  }
  if (type && response.ok) return { text };
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function transportError(cause: unknown, signal?: AbortSignal): AppError {
  if (signal?.aborted) return fail('CANCELLED', { cause });
  if (cause instanceof Error && cause.name === 'TimeoutError') return fail('TIMEOUT', { cause });
  return fail('UNAVAILABLE', { detail: 'The server can’t be reached. Check that it runs, then try again.', cause });
}

function toError(response: Response, body: unknown): AppError {
  if (typeof body === 'object' && body !== null && 'code' in body) return fromProblem(body as Partial<Problem>);
  const fromProxy = [502, 503, 504].includes(response.status);
  return fail(fromProxy ? 'UNAVAILABLE' : 'INTERNAL', {
    cause: new Error(`HTTP ${response.status} without a problem`),
  });
}
