import { networkInterfaces } from 'node:os';
import { Writable } from 'node:stream';

/**
 * What a person at the terminal sees of the log: warnings and errors as one readable line each, and the few lines that
 * say what the start does. Everything stands in the log files.
 */
export function terminal(): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().split('\n')) if (line) print(line);
      done();
    },
  });
}

type Entry = { level: number; time: string; msg: string; service?: string; err?: { message: string } };

const LABELS: Record<number, string> = { 40: 'warning', 50: 'error', 60: 'error' };
/** Lines of the start that are worth a look although all is well. */
const NEWS = /^(Creating the database|Fetching|Getting|stopping|stopped)/;

function print(line: string): void {
  const { level, time, msg, service, err } = JSON.parse(line) as Entry;
  if (level < 40 && (service !== 'standalone' || !NEWS.test(msg))) return;
  const label = LABELS[level];
  const reason = err ? `: ${err.message}` : '';
  process.stderr.write(`${time.slice(11, 19)} ${label ? `${label} (${service}) ` : ''}${msg}${reason}\n`);
}

/** Prints where the page is: here, and in the network when it listens there. */
export function printAddresses(url: string, host: string): void {
  const { port } = new URL(url);
  const there = host === '0.0.0.0' ? lanAddresses().map((address) => `http://${address}:${port}`) : [];
  process.stdout.write(
    `\n  AniWorld is at ${url}\n${there.map((address) => `  in the network: ${address}\n`).join('')}\n  Ctrl-C ends it.\n\n`,
  );
}

function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
}
