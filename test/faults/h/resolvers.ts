import { createEgress, type Egress, type Resolver } from '@aniworld/egress';
import { countKnocks, type Door, type Stage } from './door.ts';
import { INSIDE } from './spelling.ts';

/** Where a name may lead: the witness is there too, and allowed. */
const OPEN = '127.0.0.3';
const TIMES = 3;

interface HostileName {
  /** One answer for each look-up; the last one again and again. */
  answers: (inside: string) => string[][];
  /** How many of the first look-ups give nothing that is refused. */
  good: number;
}

const names: Record<string, HostileName> = {
  inside: { answers: (inside) => [[inside]], good: 0 },
  mapped: { answers: (inside) => [[`::ffff:${inside}`]], good: 0 },
  nat64: { answers: (inside) => [[`64:ff9b::${inside}`]], good: 0 },
  mixed: { answers: (inside) => [[OPEN, inside]], good: 0 },
  'mixed-reversed': { answers: (inside) => [[inside, OPEN]], good: 0 },
  many: { answers: (inside) => [[...Array.from({ length: 500 }, () => OPEN), inside]], good: 0 },
  odd: { answers: () => [[OPEN, '127.1']], good: 0 },
  rebinding: { answers: (inside) => [[OPEN], [inside]], good: 1 },
  'rebinding-later': { answers: (inside) => [[OPEN], [OPEN], [OPEN, inside]], good: 2 },
};

/** Names whose owner changes where they lead, with a lifetime of zero: what was vetted is what is connected to. */
export const resolvers: Door = {
  name: 'names of a hostile DNS',
  async knock({ port }: Stage) {
    const outcomes: { url: string; error: string | null }[] = [];
    let reached = 0;
    for (const [name, { answers, good }] of Object.entries(names)) {
      for (const [inside, fetch] of INSIDE.flatMap((one) => ways.map((way) => [one, way] as const))) {
        await using egress = createEgress({ allowPrivate: [OPEN], resolve: hostile(answers(inside)) });
        for (let time = 0; time < TIMES; time += 1) {
          const url = `http://${name}.test:${port}/`;
          const error = await fetch(egress, new URL(url)).then(
            () => null,
            (cause: Error) => cause.message,
          );
          if (error === null && time < good) reached += 1;
          else outcomes.push({ url: `${url} (${inside}, look-up ${time + 1})`, error });
        }
      }
    }
    return { ...countKnocks(outcomes, reached > 0), meant: [OPEN] };
  },
};

function hostile(answers: string[][]): Resolver {
  let looked = 0;
  return async () => answers[Math.min(looked++, answers.length - 1)] ?? [];
}

const ways: ((egress: Egress, url: URL) => Promise<unknown>)[] = [
  async (egress, url) => (await egress.dial(url, AbortSignal.timeout(5_000))).destroy(),
  async (egress, url) => {
    // A connection of its own for each, so that each has its look-up.
    const reply = await egress.dispatcher.request({ origin: url.origin, path: '/', method: 'GET', reset: true });
    return reply.body.dump();
  },
];
