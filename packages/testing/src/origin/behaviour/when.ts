import type { Behaviour } from '../reply.ts';

/** The behaviour for the first `count` requests of the file (HEAD included), honesty afterwards. */
export function firstRequests(count: number, behaviour: Behaviour): Behaviour {
  return (exchange, next) => (exchange.request.nth <= count ? behaviour(exchange, next) : next());
}

/** Honesty for the first `count` requests of the file (HEAD included), the behaviour afterwards. */
export function afterRequests(count: number, behaviour: Behaviour): Behaviour {
  return (exchange, next) => (exchange.request.nth > count ? behaviour(exchange, next) : next());
}

/** The behaviour for requests with a Range header only. */
export function onRanges(behaviour: Behaviour): Behaviour {
  return (exchange, next) => (exchange.request.headers.has('range') ? behaviour(exchange, next) : next());
}

/** The behaviour for requests that go on from somewhere: a Range header that doesn't start at 0. */
export function onResume(behaviour: Behaviour): Behaviour {
  return onRanges((exchange, next) =>
    /^bytes=0+-/.test(exchange.request.headers.get('range') ?? '') ? next() : behaviour(exchange, next),
  );
}
