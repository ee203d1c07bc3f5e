import { accessSync, constants, mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

export type Log = pino.Logger;

export interface LogOptions {
  /** Standard names: fatal, error, warn, info, debug, trace, silent. */
  level: string;
  service: string;
  /** Folder for `app.log`, `download.log` (lines of the downloader) and `error.log`; standard output only when missing. */
  dir?: string;
  /** Where lines go besides the files; standard output by default, null for nowhere. */
  out?: NodeJS.WritableStream | null;
}

const secrets = ['password', 'token', 'authorization', 'cookie', 'secret', 'private_key', 'url_with_credentials'];

/** Creates the process's logger. Secrets are redacted at the top level and one level down. */
export function createLog(options: LogOptions): Log {
  const streams: pino.StreamEntry[] = [];
  if (options.out !== null) streams.push({ level: 'trace', stream: options.out ?? process.stdout });
  if (options.dir) streams.push(...logFiles(options.dir));
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    pino.multistream(streams),
  );
}

/** What is open in this process. */
const files = new Set<RotatingFileStream>();
/** An ending process waits no longer for its log files, in milliseconds. */
const LAST_LINES_MS = 500;

/** Ends the log files. Before it the process must not exit: the last lines, which tell why, would be missing from them. */
export async function endLogFiles(): Promise<void> {
  const ended = [...files].map((file) => new Promise<void>((resolve) => void file.end(() => resolve())));
  files.clear();
  await Promise.race([Promise.all(ended), delay(LAST_LINES_MS)]);
}

function logFiles(dir: string): pino.StreamEntry[] {
  // Here and now, with the system's own error: the streams would try for ever.
  mkdirSync(dir, { recursive: true });
  accessSync(dir, constants.W_OK);
  const rotating = (name: string) => {
    const stream = createStream(name, { path: dir, size: '20M', maxFiles: 5, compress: 'gzip' });
    // A full disk must not end the process, and the log is no place to say so.
    stream.on('error', (error) => process.stderr.write(`${name}: ${error.message}\n`));
    files.add(stream);
    return stream;
  };
  const downloads = rotating('download.log');
  return [
    { level: 'trace', stream: rotating('app.log') },
    { level: 'error', stream: rotating('error.log') },
    { level: 'trace', stream: { write: (line: string) => void (isDownload(line) && downloads.write(line)) } },
  ];
}

const isDownload = (line: string) => line.includes('"service":"downloader"');

/** Request parameters whose values are credentials; a logged address keeps only their names. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username || parsed.password) parsed.username = parsed.password = 'redacted';
  for (const name of parsed.searchParams.keys()) {
    if (/token|key|sig|auth|secret|pass/i.test(name)) parsed.searchParams.set(name, 'redacted');
  }
  return parsed.href;
}
