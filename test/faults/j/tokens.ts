import { connectBus } from '@aniworld/chassis';
import { auth, type ServiceName } from '@aniworld/contracts';
import { freePort } from '@aniworld/standalone/ports';
import { type Replica, startReplica } from '@aniworld/standalone/replica';
import { testDatabase, testPrefix } from '@aniworld/testing';
import type { FaultContext, FaultOutcome } from '../case.ts';
import { until } from '../until.ts';
import { SHIFTS, wallClock } from './shift.ts';

/** A token's end may be misjudged by so much. */
const TOLERANCE_MS = 60_000;
/** Machines that keep time are off by less; the others are off by more than anybody would tolerate. */
const GATEWAYS = { '-50 s': -50_000, '+50 s': 50_000, ...SHIFTS };
const LIFETIME_MS = 30 * 86_400_000;
const PASSWORD = 'a long password';

/** Tokens by the time from now to their end. */
const TOKENS = { ended: -2 * TOLERANCE_MS, ending: 3 * TOLERANCE_MS, fresh: LIFETIME_MS };
type Tokens = Record<keyof typeof TOKENS, string>;

/** Gateways with wrong clocks look at tokens of an auth service with the right one. */
export async function tryTokens(context: FaultContext): Promise<Pick<FaultOutcome, 'figures' | 'broken'>> {
  await using stage = await Stage.open(context);
  const tokens = await stage.issue();
  await using _auth = await stage.start('auth', 0);
  const seen = await Promise.all(
    Object.entries(GATEWAYS).map(async ([name, ms]) => ({ name, ms, accepted: await stage.accepts(ms, tokens) })),
  );
  const broken = seen.flatMap(({ name, ms, accepted }) => {
    const wrong: string[] = [];
    if (accepted.ended) wrong.push(`I9: a gateway whose clock is set by ${name} accepts a token that has ended`);
    if (Math.abs(ms) <= TOLERANCE_MS && !accepted.ending)
      wrong.push(`a gateway that is off by ${name} ends tokens early`);
    return wrong;
  });
  const refusing = seen.filter(({ accepted }) => !accepted.fresh).map(({ name }) => name);
  return {
    broken,
    figures: {
      gateways: Object.keys(GATEWAYS).join(', '),
      gateways_that_refuse_good_tokens: refusing.join(', ') || 'none',
    },
  };
}

/** Auth and gateways in processes of their own, on a database and a prefix of their own. */
class Stage implements AsyncDisposable {
  readonly #context: FaultContext;
  readonly #environment: Record<string, string>;
  readonly #opened: AsyncDisposableStack;

  static async open(context: FaultContext): Promise<Stage> {
    await using opened = new AsyncDisposableStack();
    const { natsUrl, postgresUrl } = context.servers;
    const { url } = opened.use(await testDatabase({ server: postgresUrl }));
    const environment = { DATABASE_URL: url, NATS_URL: natsUrl, NATS_PREFIX: testPrefix() };
    return new Stage(context, environment, opened.move());
  }

  private constructor(context: FaultContext, environment: Record<string, string>, opened: AsyncDisposableStack) {
    this.#context = context;
    this.#environment = environment;
    this.#opened = opened;
  }

  /** @param ms what its wall clock is off by, from its start */
  async start(service: ServiceName, ms: number, environment: Record<string, string> = {}): Promise<Replica> {
    const all = {
      ...this.#environment,
      HEALTH_PORT: String(await freePort()),
      ...wallClock(ms, 'start'),
      ...environment,
    };
    const replica = startReplica(service, all, this.#context.log);
    await replica.ready;
    return replica;
  }

  /** Lets auth services that live in other times issue tokens, so that they end when they shall. */
  async issue(): Promise<Tokens> {
    const tokens: Partial<Tokens> = {};
    const { NATS_URL: url = '', NATS_PREFIX: prefix = '' } = this.#environment;
    await using bus = await connectBus({ url, prefix, name: 'test', log: this.#context.log });
    for (const [name, ms] of Object.entries(TOKENS) as [keyof Tokens, number][]) {
      await using _auth = await this.start('auth', ms - LIFETIME_MS);
      const password = { password: PASSWORD };
      const done = Object.keys(tokens).length > 0;
      tokens[name] = (done ? await bus.call(auth.login, password) : await bus.call(auth.setup, password)).token;
    }
    return tokens as Tokens;
  }

  /** Which of the tokens a gateway takes whose clock is off by so much. */
  async accepts(ms: number, tokens: Tokens): Promise<Record<keyof Tokens, boolean>> {
    const port = await freePort();
    await using _gateway = await this.start('gateway', ms, { PORT: String(port), HOST: '127.0.0.1' });
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const reply = await fetch(`http://127.0.0.1:${port}/api/v1/auth/status`, { headers });
      return reply.ok ? ((await reply.json()) as { authenticated: boolean }).authenticated : undefined;
    };
    // Until it knows the keys it can't say.
    await until('the gateway knows the keys', async () => (await ask(tokens.fresh)) !== undefined);
    const seen = { ended: false, ending: false, fresh: false };
    for (const name of Object.keys(seen) as (keyof Tokens)[]) seen[name] = (await ask(tokens[name])) === true;
    return seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]();
  }
}
