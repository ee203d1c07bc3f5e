import { lookup } from 'node:dns/promises';
import { isPublic, readAddress } from './address.ts';
import type { AllowList } from './allow-list.ts';
import { RefusedError } from './refusal.ts';

/** Gives all addresses of a name, in the order in which they should be tried. Rejects when it has none. */
export type Resolver = (name: string) => Promise<readonly string[]>;

/** Where a URL leads. */
export interface Target {
  /** In lower case, without the brackets of an IPv6 address and without a dot at the end. */
  host: string;
  port: number;
  secure: boolean;
}

/** A target that may be dialled, at these addresses and no others. */
export interface Vetted extends Target {
  addresses: string[];
  /** Some of them are private, and the allow-list has them. */
  private: boolean;
}

/** What the system says, `/etc/hosts` and mDNS included, in the order of RFC 6724. */
export const systemResolver: Resolver = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);

/**
 * The target of an HTTP address. What the URL parser made of it counts: it has turned decimal, octal, hexadecimal, short and
 * full-width spellings of an IPv4 address into the usual one (WHATWG URL, section 3.5).
 * @throws RefusedError for other schemes
 */
export function targetOf(url: URL): Target {
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:')
    throw new RefusedError(`Addresses of the kind ${url.protocol} are not fetched.`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return { host, port: Number(url.port) || (secure ? 443 : 80), secure };
}

/**
 * Looks the name up, once, and checks every address: one that is private and not allowed refuses the whole target, because a
 * name that has both kinds is either set up wrongly or made to get past a check.
 * @throws RefusedError, and the resolver's error
 */
export async function vetTarget(target: Target, allowed: AllowList, resolve: Resolver): Promise<Vetted> {
  const literal = readAddress(target.host) !== null;
  const texts = literal ? [target.host] : await resolve(target.host);
  if (texts.length === 0) throw Object.assign(new Error(`${target.host} has no address`), { code: 'ENOTFOUND' });
  const addresses = new Set<string>();
  let inside = false;
  for (const text of texts) {
    const address = readAddress(text);
    const open = address !== null && isPublic(address);
    if (!address || !(open || allowed.permits(target, address))) throw refusalOf(target, text, literal);
    // As it was understood here: another reader of the same text may understand something else.
    addresses.add(address.toString());
    inside ||= !open;
  }
  return { ...target, addresses: [...addresses], private: inside };
}

function refusalOf({ host, port }: Target, address: string, literal: boolean): RefusedError {
  const what = literal ? `${host} is a private address` : `${host} leads to ${address}, a private address`;
  const entry = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return new RefusedError(
    `${what}, and those are not fetched from unless they are allowed. If it is meant, add ${entry} to ` +
      'network.allow_private in the settings.',
  );
}
