import { headers, type Msg } from '@nats-io/transport-node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Caller, newPassport, readRequest, requestHeaders, traceparentOr } from './wire.ts';

const message = (head: ReturnType<typeof headers>) => ({ headers: head }) as Msg;

test('request id, caller, trace context and deadline arrive as they were sent', () => {
  const caller: Caller = { session_id: 'a', access: 'write', expires_at: 1 };
  const passport = { ...newPassport('id'), caller };
  const { passport: arrived, timeoutMs } = readRequest(message(requestHeaders(passport, 1_234.4)));
  expect(arrived).toEqual(passport);
  expect(timeoutMs).toBe(1_234);
});

test('no header can make reading a request fail', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (caller, timeout, trace) => {
      const head = headers();
      const safe = (text: string) => text.replaceAll(/[\r\n]/g, '');
      head.set('Caller', safe(caller));
      head.set('Timeout-Ms', safe(timeout));
      head.set('traceparent', safe(trace));
      const { passport, timeoutMs } = readRequest(message(head));
      expect(passport.caller).toBeNull();
      expect(passport.requestId).not.toBe('');
      expect(timeoutMs).toBeGreaterThan(0);
      expect(timeoutMs).toBeLessThanOrEqual(600_000);
      AbortSignal.timeout(timeoutMs);
    }),
  );
});

test('a caller that can not be read is nobody', () => {
  const head = headers();
  head.set('Caller', '{"session_id":"a","access":"root","expires_at":1}');
  expect(readRequest(message(head)).passport.caller).toBeNull();
});

test('a trace context is taken over when it is valid and made anew otherwise', () => {
  const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(traceparentOr(given)).toBe(given);
  for (const wrong of [undefined, '', '00-xyz', `${given}-00`]) {
    expect(traceparentOr(wrong)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }
});
