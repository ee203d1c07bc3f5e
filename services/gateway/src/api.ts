import { type Bus, parseInput, type Verifier } from '@aniworld/chassis';
import { fail, isFileRpc } from '@aniworld/contracts';
import { type RoutedRpc, routes } from '@aniworld/contracts/routes';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { checkAccess } from './access.ts';
import { forwardFile } from './file.ts';
import { inputReader, readBody } from './input.ts';
import { named, passportOf } from './passport.ts';
import { whenGone } from './signal.ts';

export interface ApiDeps {
  bus: Bus;
  verifier: Verifier;
}

/** A router with every route of the contracts; each request is checked, parsed and forwarded to the service that owns it. */
export function apiRouter(deps: ApiDeps): Router {
  const router = Router({ caseSensitive: true });
  const byPath = Map.groupBy(routes(), ({ http }) => http.path);
  for (const [path, operations] of byPath) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const op of operations) route[op.http.method](handlersOf(op, deps));
    route.all(refuseMethod(operations));
  }
  router.use(() => {
    throw fail('ROUTE_NOT_FOUND');
  });
  return router;
}

// The token is looked at before the body is read, so that nobody without one makes us parse a megabyte.
function handlersOf(op: RoutedRpc, { bus, verifier }: ApiDeps): RequestHandler[] {
  const access = checkAccess(op.http.access, verifier);
  if (isFileRpc(op)) return [access, forwardFile(op, bus)];
  return op.http.method === 'get' ? [access, forward(op, bus)] : [access, readBody, forward(op, bus)];
}

function forward(op: RoutedRpc, bus: Bus): RequestHandler {
  const readInput = inputReader(op);
  return async (request, response) => {
    named(response, op.name);
    const input = parseInput(op, readInput(request)) as never;
    const reply = await bus.call(op, input, { passport: passportOf(response), signal: whenGone(response) });
    response.status(op.http.status);
    send(response, op, reply);
  };
}

function send(response: Response, { http }: RoutedRpc, reply: unknown): void {
  if (http.etag) response.set('ETag', `"${String((reply as Record<string, unknown>)[http.etag])}"`);
  if (http.status === 204) response.end();
  else if (http.type) response.type(`${http.type}; charset=utf-8`).send((reply as { text: string }).text);
  else response.json(reply);
}

function refuseMethod(operations: RoutedRpc[]): RequestHandler {
  const methods = operations.map(({ http }) => http.method.toUpperCase());
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  return (_request: Request, response: Response) => {
    response.set('Allow', allow.join(', '));
    throw fail('METHOD_NOT_ALLOWED');
  };
}
