import { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/**
 * Who may call an operation over HTTP. `public`: no token. `read`: any valid session. `write`: a session that may change
 * things. `admin`: a session that may change the configuration and the credentials.
 */
export type Access = 'public' | 'read' | 'write' | 'admin';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface HttpBinding {
  method: Method;
  /** Below the API's mount point; parameters as `{name}`. Each names a field of the request. */
  path: string;
  /** 204 sends no body whatever the reply. */
  status: 200 | 201 | 202 | 204;
  access: Access;
  /** Media type of the answer when it isn't JSON: then the reply is `{ text }`, and the text is sent as it is. */
  type?: string;
  /** The request's field that travels in the header `If-Match` (RFC 9110, section 13.1.1), without its quotes. */
  if_match?: string;
  /** The reply's field that is also sent as the entity tag, the header `ETag`. */
  etag?: string;
}

/** One request/reply operation. Everything that depends on it is derived from this value. */
export interface Rpc<Req extends z.ZodType = z.ZodType, Rep extends z.ZodType = z.ZodType> {
  kind: 'rpc';
  /** `group.name`; the NATS subject is `rpc.` and this. */
  name: string;
  summary: string;
  /** Without it the operation is internal: reachable over NATS by services, never over HTTP. */
  http?: HttpBinding;
  request: Req;
  reply: Rep;
  /** What it may answer besides the errors that any operation may answer. */
  errors: readonly ErrorCode[];
  /** The caller's default patience in milliseconds; it travels as the deadline. */
  timeout_ms: number;
}

/** Rooms that a client may join; `series:` and `item:` are followed by an id. */
export type RoomName = 'downloads' | 'queue' | 'library' | 'system';

/** One kind of event. */
export interface Event<Data extends z.ZodType = z.ZodType> {
  kind: 'event';
  /** `group.name`; the subject is `evt.` (durable) or `live.` (live) and this. */
  name: string;
  summary: string;
  /** `durable` goes through the outbox and the stream; `live` may be lost, and the newest wins. */
  delivery: 'durable' | 'live';
  /** The room that gets it, or null when it is for services only. */
  room: RoomName | null;
  /** The message type that socket clients see; required with a room. */
  type: MessageType | null;
  /** Rooms with an id: which field of the data holds the id. */
  scoped: { series?: string; item?: string };
  data: Data;
}

/** Message types of the realtime interface that carry an event. */
export type MessageType =
  | 'download_progress'
  | 'download_complete'
  | 'download_failed'
  | 'queue_status'
  | 'queue_started'
  | 'queue_stopped'
  | 'queue_paused'
  | 'queue_resumed'
  | 'library_changed'
  | 'scan_progress'
  | 'task_changed'
  | 'system_info'
  | 'system_warning'
  | 'system_error';

type RpcOptions<Req, Rep> = Omit<Rpc, 'kind' | 'name' | 'http' | 'errors' | 'timeout_ms' | 'request' | 'reply'> & {
  http?: Omit<HttpBinding, 'status'> & { status?: HttpBinding['status'] };
  request: Req;
  reply: Rep;
  errors?: readonly ErrorCode[];
  timeout_ms?: number;
};

/**
 * Defines an operation. Status defaults to 200, errors to none of its own, the timeout to 5 s.
 * @param name `group.name` in snake_case; the group's key in the contract tree must be the same.
 */
export function rpc<Req extends z.ZodType, Rep extends z.ZodType>(
  name: string,
  options: RpcOptions<Req, Rep>,
): Rpc<Req, Rep> {
  const { http, errors = [], timeout_ms = 5_000, ...rest } = options;
  const binding = http && { status: 200 as const, ...http };
  return { kind: 'rpc', name, errors, timeout_ms, ...rest, ...(binding && { http: binding }) };
}

/** A piece of a file; the HTTP answer is the whole file, put together by the gateway. */
export const FilePiece = z.object({
  name: z.string(),
  /** Of the whole file, in bytes. */
  size: z.int().min(0),
  data: z.base64(),
});
export type FilePiece = z.output<typeof FilePiece>;

/** An operation whose answer over HTTP is a file of any size. */
export interface FileRpc<Req extends z.ZodType = z.ZodType> extends Rpc<Req, typeof FilePiece> {
  http: HttpBinding & { type: string };
  file: true;
}

type FileOptions<Shape extends z.core.$ZodLooseShape> = Omit<
  RpcOptions<z.ZodObject<Shape>, never>,
  'reply' | 'http'
> & {
  http: Omit<HttpBinding, 'status'> & { type: string };
};

/**
 * Defines an operation that answers a file. The owner answers it piece by piece, each from the byte `offset` on and empty at
 * the end; over HTTP `offset` asks for the rest of a file.
 */
export function fileRpc<Shape extends z.core.$ZodLooseShape>(name: string, options: FileOptions<Shape>) {
  const request = options.request.extend({ offset: z.int().min(0).default(0).meta({ description: 'Its first byte' }) });
  const http = { ...options.http, status: 200 as const };
  return { ...rpc(name, { ...options, http, request, reply: FilePiece }), http, file: true as const };
}

export function isFileRpc(op: Rpc): op is FileRpc {
  return 'file' in op;
}

type EventOptions<Data> = {
  summary: string;
  delivery: 'durable' | 'live';
  room?: RoomName;
  type?: MessageType;
  scoped?: Event['scoped'];
  data: Data;
};

/** Defines an event. Without a room it stays between services. */
export function event<Data extends z.ZodType>(name: string, options: EventOptions<Data>): Event<Data> {
  const { room = null, type = null, scoped = {}, ...rest } = options;
  return { kind: 'event', name, room, type, scoped, ...rest };
}

export type Request<O extends Rpc> = z.output<O['request']>;
/** What a caller may pass: fields with defaults may be left out. */
export type RequestInput<O extends Rpc> = z.input<O['request']>;
export type Reply<O extends Rpc> = z.output<O['reply']>;
export type ReplyInput<O extends Rpc> = z.input<O['reply']>;
export type EventData<E extends Event> = z.output<E['data']>;

/** A group of the contract tree: operations and events under their keys. */
export type Group = Record<string, Rpc | Event>;

/** The handlers that a group needs: one function for each operation. A missing one doesn't compile. */
export type Handlers<G extends Group, Ctx> = {
  [K in keyof G as G[K] extends Rpc ? K : never]: G[K] extends Rpc
    ? (input: Request<G[K]>, ctx: Ctx) => Promise<ReplyInput<G[K]>> | ReplyInput<G[K]>
    : never;
};

/** The typed client's shape for a group: one method for each operation that has a route and answers no file. */
export type Client<G extends Group, Options = { signal?: AbortSignal }> = {
  [K in keyof G as G[K] extends Rpc ? (G[K] extends { file: true } ? never : K) : never]: G[K] extends Rpc
    ? (...args: ClientArguments<RequestInput<G[K]>, Options>) => Promise<Reply<G[K]>>
    : never;
};

type ClientArguments<Input, Options> = {} extends Input
  ? [input?: Input, options?: Options]
  : [input: Input, options?: Options];
