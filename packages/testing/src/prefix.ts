import { randomBytes } from 'node:crypto';

/** A subject prefix (one NATS token) that no other test has, so that tests share a server and never see each other. */
export function testPrefix(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}
