// node scripts/with-toolchain.mjs [--web] COMMAND [ARGS...]
//
// Runs COMMAND (`node`, or a program of node_modules/.bin) with Node 24 or newer and everything installed, on a machine
// that has only an older Node and npm. Plain JavaScript without dependencies, because it runs before anything is
// installed, on Node 18 and later. Prints to stderr alone: stdout belongs to COMMAND.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { Problem, ROOT, run, send, usePath } from './toolchain/command.mjs';
import { freeLock } from './toolchain/lock.mjs';
import { findNode } from './toolchain/node.mjs';
import { installPackages } from './toolchain/packages.mjs';
import { buildWeb } from './toolchain/web.mjs';

/** `kill` of npm ends the shell between npm and us, and no signal comes through: only that our parent is another one now. */
const LOOK_AT_PARENT_MS = 500;
/** npm and a process group both pass a signal on: what comes again within this time is the same one. */
const SAME_SIGNAL_MS = 1_000;

const lastSent = {};
let handedOver = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, receive);
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}

async function main(argv) {
  const web = argv[0] === '--web';
  const [command, ...args] = web ? argv.slice(1) : argv;
  if (!command) throw new Problem('Usage: node scripts/with-toolchain.mjs [--web] COMMAND [ARGS...]');
  const node = await findNode();
  usePath(dirname(node.path), node.path);
  await installPackages(node.version);
  if (web) await buildWeb();
  const program = command === 'node' ? node.path : join(ROOT, 'node_modules', '.bin', command);
  if (!existsSync(program)) throw new Problem(`There is no program "${command}" in node_modules/.bin.`);
  handedOver = true;
  // Without it each process strips the types of its files with a compiler of its own: 0.35 s and 20 MB, at every start.
  process.env.NODE_COMPILE_CACHE ??= join(ROOT, '.toolchain', 'compiled');
  if (process.env.npm_lifecycle_event) endWithParent();
  const { code, signal } = await run(program, args, { stdio: 'inherit' });
  process.exit(code ?? 128 + constants.signals[signal]);
}

/** Passes a signal on to the command. While still installing, ends that. */
function receive(signal) {
  if (!handedOver) {
    send('SIGTERM');
    freeLock();
    process.exit(128 + constants.signals[signal]);
  }
  // Ctrl-C goes to all processes of the terminal's foreground group: the command has it already.
  if (signal === 'SIGINT' && isForeground()) return;
  if (Date.now() - (lastSent[signal] ?? 0) < SAME_SIGNAL_MS) return;
  lastSent[signal] = Date.now();
  send(signal);
}

function endWithParent() {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    receive('SIGTERM');
  }, LOOK_AT_PARENT_MS);
}

/** Whether this process is in the foreground group of a terminal. */
function isForeground() {
  if (process.platform === 'linux') {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // After the name, which may hold brackets: state, parent, group, session, terminal, its foreground group.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  }
  const { stdout } = spawnSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' });
  const [group, foreground] = stdout.trim().split(/\s+/);
  return group === foreground;
}
