import type { Log } from '@aniworld/chassis';
import { fail } from '@aniworld/contracts';
import { type RequestHandler, type Response, Router } from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type ClientRequest, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { failed } from './passport.ts';
import { sendProblem } from './problem.ts';
import type { Upgrade } from './server.ts';

export interface NotifierProxy {
  /** Below the base path. */
  middleware: RequestHandler;
  upgrade: Upgrade;
}

/** What the notifier serves: Socket.IO (its polling included) and the plain WebSocket. */
const REALTIME = /^\/(socket\.io|ws\/connect)(\/|\?|$)/;
/** Longer than Socket.IO's long poll of 25 s. */
const REPLY_MS = 60_000;
const UPGRADE_MS = 10_000;

/** Passes the realtime interface on to the notifier, so that a browser sees one origin. */
export function createNotifierProxy(target: string, basePath: string, log: Log): NotifierProxy {
  const open = new WeakSet<Duplex>();
  const proxy = createProxyMiddleware({
    target,
    pathFilter: (_path, request) => REALTIME.test(request.url ?? ''),
    proxyTimeout: REPLY_MS,
    upgradeTimeout: UPGRADE_MS,
    on: {
      proxyReqWs: (proxied, _request, socket) => tieTogether(proxied, socket, open),
      error: (error, request, reply) => {
        if (reply instanceof ServerResponse) return answerUnavailable(error, reply as Response);
        log.debug({ err: error, path: request.url?.split('?', 1)[0] }, 'a WebSocket could not be passed on');
        if (open.has(reply)) reply.destroy();
        else refuse(reply, '503 Service Unavailable', 'Retry-After: 2\r\n');
      },
    },
  });
  return {
    middleware: (request, response, next) => void proxy(request, response, next),
    upgrade(request, socket, head) {
      const url = request.url ?? '';
      const path = url.startsWith(basePath) ? url.slice(basePath.length) : '';
      if (!REALTIME.test(path)) return refuse(socket, '404 Not Found');
      request.url = path;
      proxy.upgrade(request, socket as Socket, head);
    },
  };
}

/** Passes reads of the sample shelf on to its origin; the caller's credentials are none of its business. */
export function shelfProxy(target: string): RequestHandler {
  const proxy = createProxyMiddleware({
    target,
    changeOrigin: true,
    proxyTimeout: REPLY_MS,
    on: {
      proxyReq(proxied) {
        proxied.removeHeader('authorization');
        proxied.removeHeader('cookie');
      },
      error: (error, _request, reply) => answerUnavailable(error, reply as Response),
    },
  });
  const router = Router();
  router.use((request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return void proxy(request, response, next);
    response.set('Allow', 'GET, HEAD');
    throw fail('METHOD_NOT_ALLOWED');
  });
  return router;
}

/** When one side is gone the other has nothing to live for; pipes alone leave it open after a reset. */
function tieTogether(proxied: ClientRequest, socket: Socket, open: WeakSet<Duplex>) {
  proxied.on('upgrade', (_response, upstream) => {
    open.add(socket);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
  });
  socket.once('close', () => proxied.destroy());
}

function answerUnavailable(error: Error, response: Response) {
  const unavailable = fail('UNAVAILABLE', { cause: error });
  failed(response, unavailable);
  if (response.headersSent || response.destroyed) response.destroy();
  else sendProblem(response, unavailable);
}

/** Answers where no response object exists. */
function refuse(socket: Duplex, status: string, headers = '') {
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
