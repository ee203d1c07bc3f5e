import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** Something that its reader can mend: printed without a stack. */
export class Problem extends Error {}

let running;

/** Runs a program to its end: `{code, signal}`, or `{code: 1, error}` when it can't be run. */
export function run(program, args, options, onText) {
  return new Promise((done) => {
    running = spawn(program, args, options);
    for (const stream of [running.stdout, running.stderr]) stream?.setEncoding('utf8').on('data', onText);
    running.on('error', (error) => done({ code: 1, error }));
    running.on('close', (code, signal) => done({ code, signal }));
  });
}

/** Sends a signal to the program that runs, if one does. */
export function send(signal) {
  running?.kill(signal);
}

/** Runs a tool whose output matters only when it fails: then it is what the Problem tells, with what to do about it. */
export async function runQuietly(program, args, options) {
  let output = '';
  const keep = (text) => {
    output = (output + text).slice(-8_000);
  };
  const { code, error } = await run(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }, keep);
  if (code === 0) return;
  const name = basename(program);
  if (error?.code === 'ENOENT')
    throw new Problem(`${name} is missing. Install npm (apt-get install npm), or Node 24 and pnpm 10.`);
  throw new Problem(`${output.trim()}\n\n${name} failed. ${error?.message ?? advice(output)}`.trim());
}

/** Puts a program's folder first on the PATH of all that is started from here, unless the PATH leads to it anyway. */
export function usePath(folder, program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((entry) => join(entry, basename(program))).find((path) => existsSync(path));
  // Only if it must be: /usr/bin in front of everything would hide newer programs that the user has elsewhere.
  if (found && realpathSync(found) === realpathSync(program)) return;
  process.env.PATH = [folder, ...folders].join(delimiter);
}

export function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function advice(output) {
  if (/ENOSPC/.test(output)) return 'The disk is full.';
  if (/EACCES|EPERM|EROFS/.test(output)) return 'It may not write there: start as the user who owns the project.';
  if (/EINTEGRITY/.test(output))
    return 'What came is not what the project expects: try again, or from another network.';
  if (/OUTDATED_LOCKFILE/.test(output)) return 'A package.json has changed without its lockfile: run `pnpm install`.';
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|_FETCH_|E40[1345]/.test(output))
    return 'Is there a network? The npm registry must be reachable; see HTTPS_PROXY and `npm config get registry`.';
  return '';
}
