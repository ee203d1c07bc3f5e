import { type Behaviour, bodyLength, cutBody, type Reply } from '../reply.ts';

/** Sends each body at `bytesPerSecond`, one byte by default. */
export function trickles(bytesPerSecond = 1): Behaviour {
  return (_, next) => ({ ...next(), bytesPerSecond });
}

/** Stops for ever, with the connection open, when `share` (0..1) of each body is sent. */
export function stallsAt(share: number): Behaviour {
  return (_, next): Reply => {
    const reply = next();
    const sent = cutBody(reply.body, Math.floor(bodyLength(reply.body) * share));
    return { ...reply, body: [...sent, { kind: 'stall' }] };
  };
}

/** Takes the request and never says a word. */
export function silent(): Behaviour {
  return (_, next) => ({ ...next(), silent: true });
}

/** Sends the headers and then nothing. */
export function stallsAfterHeaders(): Behaviour {
  return stallsAt(0);
}

/** Puts `count` small headers before the body, 100,000 by default. */
export function manyHeaders(count = 100_000): Behaviour {
  return (_, next) => {
    const reply = next();
    const more = Array.from({ length: count }, (__, i) => [`X-Filler-${i}`, 'a'] as const);
    return { ...reply, headers: [...more, ...reply.headers] };
  };
}

/** Puts one header with a value of `bytes` bytes before the body, a megabyte by default. */
export function hugeHeader(bytes = 1_048_576): Behaviour {
  return (_, next) => {
    const reply = next();
    return { ...reply, headers: [['X-Filler', 'a'.repeat(bytes)], ...reply.headers] };
  };
}
