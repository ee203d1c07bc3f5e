import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import { type Address, isNameable, readAddress } from './address.ts';

/** Which targets may be dialled although they are private. */
export interface AllowList {
  /** @param host as in the URL, in lower case, without brackets and without a dot at its end */
  permits(target: { host: string; port: number }, address: Address): boolean;
}

type Rule = (host: string, address: Address) => boolean;

/**
 * Reads entries: an address, a network (`192.168.1.0/24`, `fd00::/8`), a name (`nas.local`) or all names below one (`*.lan`),
 * each with a port or without (`nas.local:8080`, `[fd00::1]:8080`). A name is allowed whatever private address it has.
 * @returns the list of those that could be read, and the others
 */
export function readAllowList(entries: readonly string[]): { list: AllowList; wrong: string[] } {
  const read = entries.map((entry) => ({ entry, rule: readEntry(entry.trim()) }));
  const rules = read.flatMap(({ rule }) => rule ?? []);
  return {
    list: {
      permits: ({ host, port }, address) =>
        rules.some((one) => (one.port === null || one.port === port) && one.fits(host, address)),
    },
    wrong: read.filter(({ rule }) => rule === null).map(({ entry }) => entry),
  };
}

function readEntry(entry: string): { fits: Rule; port: number | null } | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  // Without brackets an IPv6 address has colons of its own, and so no port.
  const host = bracketed ?? plain ?? entry;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const fits = networkRule(host) ?? (bracketed === undefined ? nameRule(host) : null);
  return fits && { fits, port };
}

function networkRule(text: string): Rule | null {
  const [start = '', bits] = text.split('/', 2);
  const network = readAddress(start);
  if (!network || !/^\d{1,3}$/.test(bits ?? '0')) return null;
  const most = network.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  if (length > most) return null;
  return (_, address) => matches(address, network, length);
}

function matches(address: Address, network: Address, bits: number): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

/** With a number at its end it would be an address in some other spelling (WHATWG URL, section 3.5). */
const NAME =
  /^(?!(?:.*\.)?(?:\d+|0x[\da-f]*)$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

function nameRule(text: string): Rule | null {
  const below = text.startsWith('*.');
  const name = domainToASCII((below ? text.slice(2) : text).replace(/\.$/, ''));
  if (!NAME.test(name)) return null;
  const fits = (host: string) => (below ? host.endsWith(`.${name}`) : host === name);
  return (host, address) => fits(host) && isNameable(address);
}
