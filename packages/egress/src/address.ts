import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Every address that is given out to hosts of the internet (RFC 4291 section 2.4 and the registry of IANA). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** The well-known prefix under which a NAT64 reaches IPv4 (RFC 6052 section 2.1). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/**
 * Reads four decimal numbers or the text of an IPv6 address. An IPv4-mapped address is the IPv4 address that it stands for,
 * because that is what the system connects to.
 * @returns null for everything else: octal, hexadecimal and short forms too, and scoped addresses (`fe80::1%eth0`)
 */
export function readAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // Spelled anew first: ipaddr.js takes `::8.8.8.8` for IPv4-mapped, and the system connects to `::808:808`.
  const spelled = isIPv6(text) ? URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) : undefined;
  if (!spelled) return null;
  const address = ipaddr.IPv6.parse(spelled);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * Whether an address belongs to a host of the internet. Addresses that carry another one inside (6to4, Teredo, IPv4-translated)
 * are none, because a gateway of this network would lead them where it likes; NAT64 counts as what it carries, because
 * networks without IPv4 reach everything through it.
 */
export function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  if (address.match(NAT64)) return isPublic(ipaddr.fromByteArray(address.toByteArray().slice(12)));
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast';
}

/**
 * Whether a name of the allow-list may lead there. A name's address is chosen by whoever answers for it: under link-local
 * addresses clouds hand out credentials, and the others mean nothing that could be a server.
 */
export function isNameable(address: Address): boolean {
  return !['linkLocal', 'unspecified', 'multicast', 'broadcast'].includes(address.range());
}
