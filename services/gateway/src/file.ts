import { type Bus, parseInput } from '@aniworld/chassis';
import { fail, type FilePiece, type FileRpc } from '@aniworld/contracts';
import type { RequestHandler } from 'express';
import { once } from 'node:events';
import { inputReader } from './input.ts';
import { named, passportOf } from './passport.ts';
import { whenGone } from './signal.ts';

/**
 * Answers a file that its owner gives in pieces. A piece is asked for when the client has taken the one before it, so that one
 * is in memory at a time. When a piece fails to come the connection is cut: the length that was promised tells the client.
 * @throws INVALID_REQUEST for an offset behind the file's end, and what the owner answers to the first piece
 */
export function forwardFile(op: FileRpc, bus: Bus): RequestHandler {
  const readInput = inputReader(op);
  return async (request, response) => {
    named(response, op.name);
    const input = parseInput(op, readInput(request)) as { offset: number };
    const options = { passport: passportOf(response), signal: whenGone(response) };
    const ask = (offset: number) => bus.call(op, { ...input, offset }, options);
    const first = await ask(input.offset);
    if (input.offset > first.size)
      throw fail('INVALID_REQUEST', { errors: [{ path: 'offset', message: 'Behind the end' }] });
    response.status(200).type(op.http.type).attachment(first.name);
    response.set('Content-Length', String(first.size - input.offset));
    if (request.method === 'HEAD') return void response.end();
    for await (const bytes of contentOf(first, input.offset, ask))
      if (!response.write(bytes)) await once(response, 'drain', { signal: options.signal });
    response.end();
  };
}

async function* contentOf(first: FilePiece, offset: number, ask: (offset: number) => Promise<FilePiece>) {
  let at = offset;
  for (let piece = first; at < first.size; piece = await ask(at)) {
    const bytes = Buffer.from(piece.data, 'base64');
    if (bytes.length === 0 || piece.size !== first.size) throw new Error('the file has changed');
    at += bytes.length;
    yield bytes;
    if (at === first.size) return;
  }
}
