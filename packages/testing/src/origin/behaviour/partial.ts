import { partial, type Range, rangeOf } from '../honest.ts';
import { type Behaviour, bodyLength, type Entity, type Part, type Reply, withHeaders } from '../reply.ts';

/** Lies in 206 replies; requests without a range that could be satisfied pass to the next behaviour. */
function onPartial(lie: (entity: Entity, asked: Range) => Reply): Behaviour {
  return (exchange, next) => {
    const asked = rangeOf(exchange);
    return asked ? lie(exchange.entity, asked) : next();
  };
}

/**
 * Sends the bytes from `by` later (or earlier, when negative) than asked, to the end that was asked. `admitted` says so in
 * Content-Range; otherwise the headers claim that all is as it was asked for, and only the bytes tell.
 */
export function wrongStart(by: number, admitted = true): Behaviour {
  return onPartial((entity, { from, to }) => {
    const moved = { from: Math.min(to - 1, Math.max(0, from + by)), to };
    if (admitted) return partial(entity, moved);
    const shift = moved.from - from;
    const last = Math.min(entity.size, to + shift);
    const body: Part[] = [{ kind: 'seeded', seed: entity.seed, from: moved.from, to: last }];
    const missing = to - from - bodyLength(body);
    if (missing > 0) body.push({ kind: 'literal', data: Buffer.alloc(missing) });
    return { ...partial(entity, { from, to }), body };
  });
}

/** Says a total in Content-Range that is `by` bytes off; the bytes are those that were asked for. */
export function otherTotal(by: number): Behaviour {
  return onPartial((entity, { from, to }) =>
    withHeaders(partial(entity, { from, to }), { 'Content-Range': `bytes ${from}-${to - 1}/${entity.size + by}` }),
  );
}

/** Sends at most `length` bytes of what was asked for, and says so truthfully. */
export function clippedEnd(length: number): Behaviour {
  return onPartial((entity, { from, to }) => partial(entity, { from, to: Math.min(to, from + length) }));
}

/** Wraps the one range that was asked for in multipart/byteranges, which RFC 9110 section 15.3.7.2 forbids. */
export function multipartPartial(): Behaviour {
  return onPartial((entity, range) => {
    const plain = partial(entity, range);
    const boundary = 'range-boundary';
    const contentRange = `bytes ${range.from}-${range.to - 1}/${entity.size}`;
    const open = `--${boundary}\r\nContent-Type: ${entity.type}\r\nContent-Range: ${contentRange}\r\n\r\n`;
    const body: Part[] = [text(open), ...plain.body, text(`\r\n--${boundary}--\r\n`)];
    return withHeaders(
      { ...plain, body },
      {
        'Content-Type': `multipart/byteranges; boundary=${boundary}`,
        'Content-Range': undefined,
        'Content-Length': String(bodyLength(body)),
      },
    );
  });
}

/** A 206 that doesn't say which part it is. */
export function noContentRange(): Behaviour {
  return onPartial((entity, range) => withHeaders(partial(entity, range), { 'Content-Range': undefined }));
}

/** A 206 whose Content-Range is not one: another unit, a start behind its end, words. */
export function brokenContentRange(value: string): Behaviour {
  return onPartial((entity, range) => withHeaders(partial(entity, range), { 'Content-Range': value }));
}

function text(value: string): Part {
  return { kind: 'literal', data: Buffer.from(value) };
}
