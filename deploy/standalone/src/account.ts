import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The user that a server which refuses to be root runs as; `wrap` turns its command into one that does so. */
export type Account = { uid: number; gid: number; wrap: (command: string, args: readonly string[]) => Command };
export type Command = { command: string; args: string[] };

const run = promisify(execFile);
/** By number in the kernel's capability set; either one lets a process pass through folders that are closed to its user. */
const CAPABILITIES = [
  ['dac_read_search', 2n],
  ['dac_override', 1n],
] as const;

/**
 * The account for a server whose data lie in `folder` and whose program is `binary`: undefined when this process isn't
 * root, and so the server can simply run as we do. As root it is the folder's owner, or `postgres`, or `nobody`, who
 * gets the folder. When that user can't get to both (a project under /root), it is given the right to pass through folders.
 */
export async function serverAccount(folder: string, binary: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux')
    throw new Error('PostgreSQL refuses to run as root: start AniWorld as another user');
  const { uid, gid } = await chooseUser(folder);
  await chown(folder, uid, gid);
  const plain = ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups'];
  for (const extra of [[], ...(await passingRights())]) {
    const prefix = [...plain, ...extra];
    const wrap = (command: string, args: readonly string[]): Command => ({
      command: 'setpriv',
      args: [...prefix, '--', command, ...args],
    });
    if (await reaches(wrap, [folder, binary])) return { uid, gid, wrap };
  }
  throw new Error(
    `PostgreSQL does not run as root, and the user with the id ${uid} cannot reach ${folder} and ${binary}. ` +
      'Move the project or its data folder to where every user may enter (/opt, /srv), or start AniWorld as another user.',
  );
}

async function chooseUser(folder: string): Promise<{ uid: number; gid: number }> {
  const owner = await stat(folder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = passwd.match(new RegExp(`^${name}:.*`, 'm'))?.[0].split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65534, gid: 65534 };
}

/** The setpriv arguments that add such a right, for those that this process has itself: a container's root may lack either. */
async function passingRights(): Promise<string[][]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${status.match(/^CapEff:\s*([0-9a-f]+)/m)?.[1] ?? '0'}`);
  return CAPABILITIES.filter(([, bit]) => effective & (1n << bit)).map(([name]) => [
    ...['--inh-caps', `-all,+${name}`, '--ambient-caps', `-all,+${name}`, '--bounding-set', `-all,+${name}`],
    // Without this bit access(2), by which Postgres looks for its own program, disregards the right.
    ...['--securebits', '+no_setuid_fixup'],
  ]);
}

async function reaches(wrap: Account['wrap'], paths: readonly string[]): Promise<boolean> {
  const { command, args } = wrap('sh', ['-c', 'for p; do test -x "$p" || exit 1; done', 'sh', ...paths]);
  try {
    await run(command, args, { cwd: '/' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Error(
        'PostgreSQL does not run as root, and setpriv (util-linux) is missing: start AniWorld as another user',
        { cause: error },
      );
    }
    return false;
  }
}
