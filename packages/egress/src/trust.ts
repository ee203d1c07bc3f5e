import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The certificate authorities of a PEM file besides the usual ones.
 * @throws an Error with the code CERT_FILE when the file can't be read or holds no certificate: going on without it would
 * fail later and say something else
 */
export async function readTrust(file: string): Promise<SecureContext> {
  try {
    const blocks = (await readFile(file, 'utf8')).match(BLOCK) ?? [];
    const own = blocks.map((block) => new X509Certificate(block).toString());
    if (own.length === 0) throw new Error('it holds no certificate');
    return createSecureContext({ ca: [...getCACertificates('default'), ...own] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`The certificates in ${file} can’t be used: ${why}`, { cause: error }), {
      code: 'CERT_FILE',
    });
  }
}
