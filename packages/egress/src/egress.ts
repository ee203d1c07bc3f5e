import { createRequire } from 'node:module';
import type { OnReadOpts, Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type * as Undici from 'undici';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { readAllowList } from './allow-list.ts';
import { connect } from './connection.ts';
import { type Resolver, systemResolver, targetOf, type Vetted, vetTarget } from './target.ts';
import { readTrust } from './trust.ts';

export interface EgressOptions {
  /** Private targets that may be dialled: `192.168.1.0/24`, `nas.local:8080`, `*.lan`, `[::1]:80`. */
  allowPrivate: readonly string[];
  /** `http://user:password@host:port`, `https://…` or `socks5://…`; empty or absent: none. */
  proxy?: string;
  /** PEM file of certificate authorities to trust besides the usual ones; empty or absent: none. */
  caFile?: string;
}

/**
 * The only way out. Every connection is to an address that was vetted: the name is looked up once, all its addresses are
 * checked, and one of these very addresses is connected to, so that a second look-up can't give another one.
 */
export interface Egress extends AsyncDisposable {
  /**
   * Connects to where a URL leads, ready for the first request: over TLS with verification for https, through the proxy when
   * one is set. The caller listens for `error` at once and destroys the socket in the end.
   * @param onread as in `net.connect`: called with bytes, perhaps before the promise resolves
   * @throws RefusedError when the target is private and not allowed, an Error with a system's code otherwise, the signal's
   * reason when it aborts
   */
  dial(url: URL, signal: AbortSignal, onread?: OnReadOpts): Promise<Socket>;
  /**
   * For requests by undici with the same guard. It follows no redirects: see `redirectOf`. Read it anew for each request,
   * because new settings make another one.
   */
  readonly dispatcher: Dispatcher;
  /** Whether a URL may be dialled just now, without doing it. @throws RefusedError, and the resolver's error */
  vet(url: URL, signal?: AbortSignal): Promise<void>;
  /** Applies other settings to all that is dialled from now on. @returns entries of the allow-list that can't be read */
  configure(options: EgressOptions): string[];
}

/** To look up the name, connect, and agree with proxy and TLS, in milliseconds. */
const DIAL_MS = 15_000;
/** Attempts at most: each of a name's addresses could be somebody else's. */
const MOST_ADDRESSES = 16;

interface Settings {
  vet: (url: URL) => Promise<Vetted>;
  proxy: URL | null;
  resolve: Resolver;
  trust: () => Promise<SecureContext | undefined>;
  agent: Agent | undefined;
}

/** @param resolve instead of the system's, for as long as the egress lasts */
export function createEgress(options: EgressOptions & { resolve?: Resolver }): Egress {
  const { resolve = systemResolver } = options;
  const dial = (url: URL, signal: AbortSignal, onread?: OnReadOpts) => dialWith(settings, url, signal, onread);
  const settingsOf = (from: EgressOptions, allowed: ReturnType<typeof readAllowList>): Settings => {
    const { caFile, proxy } = from;
    let trust: Promise<SecureContext> | undefined;
    return {
      vet: (url) => vetTarget(targetOf(url), allowed.list, resolve),
      proxy: proxy ? new URL(proxy) : null,
      resolve,
      trust: async () => (caFile ? (trust ??= readTrust(caFile)) : undefined),
      agent: undefined,
    };
  };
  let settings = settingsOf(options, readAllowList(options.allowPrivate));
  return {
    dial,
    get dispatcher() {
      return (settings.agent ??= agentOf(dial));
    },
    async vet(url, signal) {
      await within(settings.vet(url), signal ?? AbortSignal.timeout(DIAL_MS));
    },
    configure(next) {
      const allowed = readAllowList(next.allowPrivate);
      const { agent } = settings;
      settings = settingsOf(next, allowed);
      // Requests that run end as they are; their connections take no more.
      void agent?.close().catch(() => undefined);
      return allowed.wrong;
    },
    async [Symbol.asyncDispose]() {
      await settings.agent?.destroy();
    },
  };
}

async function dialWith(settings: Settings, url: URL, signal: AbortSignal, onread?: OnReadOpts): Promise<Socket> {
  const timeout = AbortSignal.timeout(DIAL_MS);
  const either = AbortSignal.any([signal, timeout]);
  try {
    const { proxy, resolve } = settings;
    const target = await within(settings.vet(url), either);
    const trust = target.secure || proxy?.protocol === 'https:' ? await within(settings.trust(), either) : undefined;
    const addresses = target.addresses.slice(0, MOST_ADDRESSES);
    return await connect({ ...target, addresses }, { proxy, resolve, trust }, either, onread);
  } catch (error) {
    if (signal.aborted || !timeout.aborted) throw error;
    throw Object.assign(new Error(`${url.host} did not answer within ${DIAL_MS / 1_000} s`), { code: 'ETIMEDOUT' });
  }
}

/** What is waited for goes on when the signal aborts, because a look-up can't be ended; nobody waits for it any more. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

// Not imported: a worker that only downloads never asks for it, and it takes some megabytes and 50 ms.
const load = createRequire(import.meta.url);

function agentOf(dial: Egress['dial']): Agent {
  const undici = load('undici') as typeof Undici;
  return new undici.Agent({
    connect: ({ protocol, host, hostname }, callback) =>
      void hand(dial(new URL(`${protocol}//${host ?? hostname}`), new AbortController().signal), callback),
  });
}

async function hand(dialled: Promise<Socket>, callback: buildConnector.Callback): Promise<void> {
  // Settled first: what the callback itself throws is no failed connection.
  const [made] = await Promise.allSettled([dialled]);
  if (made.status === 'fulfilled') callback(null, made.value);
  else callback(made.reason as Error, null);
}
