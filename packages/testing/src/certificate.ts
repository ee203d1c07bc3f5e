import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key in PEM, as `tls.createServer` takes them, and the authority that vouches for it. */
export interface TestCertificate {
  cert: string;
  key: string;
  /** To be trusted by who connects. */
  ca: string;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Makes a certificate authority of its own and has it vouch for these host names and IPv4 addresses, for a day. Written out in DER
 * (RFC 5280), because Node makes keys and signatures but no certificates, and openssl isn't everywhere.
 */
export function makeCertificate(...names: string[]): TestCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf('Test authority');
  const self = { issuer, subject: issuer, key: authority.publicKey, extension: AUTHORITY };
  const alternatives = extensionOf('2.5.29.17', sequence(...names.map(alternativeName)));
  const leaf = { issuer, subject: nameOf('Test server'), key: server.publicKey, extension: alternatives };
  return {
    ca: certificateOf(self, authority.privateKey),
    cert: certificateOf(leaf, authority.privateKey),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

interface Subject {
  issuer: Buffer;
  subject: Buffer;
  key: KeyObject;
  extension: Buffer;
}

/** RFC 5280 section 4.1. */
function certificateOf({ issuer, subject, key, extension }: Subject, signer: KeyObject): string {
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const validity = sequence(timeOf(Date.now() - DAY_MS), timeOf(Date.now() + DAY_MS));
  const version = tagged(0xa0, tagged(INTEGER, Buffer.from([2])));
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const publicKey = key.export({ type: 'spki', format: 'der' });
  const extensions = tagged(0xa3, sequence(extension));
  const body = sequence(version, tagged(INTEGER, serial), algorithm, issuer, validity, subject, publicKey, extensions);
  const signature = tagged(BIT_STRING, Buffer.from([0]), sign('sha256', body, signer));
  const text = sequence(body, algorithm, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

const [BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8, UTC_TIME] = [1, 2, 3, 4, 6, 12, 23];
const [SEQUENCE, SET] = [0x30, 0x31];
const [DNS_NAME, IP_ADDRESS] = [0x82, 0x87];

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const long = [content.length >> 8, content.length & 0xff];
  const length = content.length < 128 ? [content.length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(SEQUENCE, ...parts);
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let more = arc >> 7; more > 0; more >>= 7) digits.unshift((more & 0x7f) | 0x80);
    return digits;
  });
  return tagged(OID, Buffer.from(bytes));
}

function nameOf(text: string): Buffer {
  return sequence(tagged(SET, sequence(oid('2.5.4.3'), tagged(UTF8, Buffer.from(text)))));
}

function timeOf(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '');
  return tagged(UTC_TIME, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function extensionOf(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tagged(BOOLEAN, Buffer.from([0xff])), tagged(OCTET_STRING, value));
}

/** Basic constraints (section 4.2.1.9): it may vouch for others. */
const AUTHORITY = extensionOf('2.5.29.19', sequence(tagged(BOOLEAN, Buffer.from([0xff]))));

function alternativeName(name: string): Buffer {
  return isIPv4(name)
    ? tagged(IP_ADDRESS, Buffer.from(name.split('.').map(Number)))
    : tagged(DNS_NAME, Buffer.from(name));
}
