import { get } from '../engine/request.ts';
import { Failure } from '../failure.ts';
import type { Wire } from '../wire/wire.ts';
import type { FetchBytes } from './job.ts';

/** Requests over the wire, redirects followed: each of them is dialled, and so vetted, by itself. */
export function fetchOver(wire: Pick<Wire, 'send'>): FetchBytes {
  return async (url, ask, signal) => {
    let found = new URL(url);
    const noting: Wire = {
      send(target, request, signal) {
        found = target;
        return wire.send(target, request, signal);
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
    const reply = await get(noting, url, ask, signal);
    if (reply.status === 416) {
      reply.body.destroy();
      throw new Failure('bad_content', 'The source has fewer bytes than the playlist lists.');
    }
    return { ...reply, url: withLogin(found, new URL(url)).href };
  };
}

/** A login in an address goes on to the addresses that are relative to it, at the same origin only. */
function withLogin(found: URL, asked: URL): URL {
  const url = new URL(found);
  if (found.origin !== asked.origin) return url;
  url.username = asked.username;
  url.password = asked.password;
  return url;
}
