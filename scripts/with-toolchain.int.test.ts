import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const SCRIPTS = fileURLToPath(new URL('.', import.meta.url));
/** Stands for pnpm, which would need a network: notes each installation, which takes a while. */
const PNPM = `#!/bin/sh
[ "$1" = --version ] && echo 10.0.0 && exit
echo installed >>installations && sleep 0.3 && mkdir -p node_modules
`;
/** Says that it runs, and which signals arrive, and ends half a second after the first. */
const LISTENER = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => { console.log(signal); setTimeout(() => process.exit(3), 500); });
  console.log('running');
  setInterval(() => undefined, 1000);
`;

it('prints nothing of its own on stdout and ends as the command ended', async () => {
  await using project = await newProject();
  expect(await finish(project.start('node', '-e', 'console.log("{}"); process.exit(7)'))).toMatchObject({
    out: '{}\n',
    code: 7,
  });
  expect((await finish(project.start('node', '-e', 'process.kill(process.pid, "SIGKILL")'))).code).toBe(128 + 9);
});

it('installs at the first start, and again only when a package.json or the lockfile has changed', async () => {
  await using project = await newProject();
  const startAndCount = async () => {
    await finish(project.start('node', '-e', ''));
    return project.installations();
  };
  expect(await startAndCount()).toBe(1);
  expect(await startAndCount()).toBe(1);
  await writeFile(join(project.folder, 'packages', 'one', 'package.json'), '{"name":"one","version":"2.0.0"}');
  expect(await startAndCount()).toBe(2);
  await writeFile(join(project.folder, 'pnpm-lock.yaml'), 'lockfileVersion: 9.1\n');
  expect(await startAndCount()).toBe(3);
  expect(await startAndCount()).toBe(3);
});

it('installs once when several start at the same time', async () => {
  await using project = await newProject();
  const ends = await Promise.all([1, 2, 3].map(() => finish(project.start('node', '-e', 'console.log("ran")'))));
  expect(ends.map(({ out }) => out)).toEqual(['ran\n', 'ran\n', 'ran\n']);
  expect(await project.installations()).toBe(1);
});

it('tells what failed, and starts nothing, when the installation fails', async () => {
  await using project = await newProject();
  await project.write(
    'bin/pnpm',
    '#!/bin/sh\n[ "$1" = --version ] && echo 10.0.0 && exit\necho ENOSPC: full; exit 1\n',
  );
  const end = await finish(project.start('node', '-e', 'console.log("ran")'));
  expect(end).toMatchObject({ out: '', code: 1 });
  expect(end.err).toMatch(/ENOSPC: full\n\npnpm failed\. The disk is full\./);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'passes %s on to the command once, however often it comes, and waits for its end',
  async (signal) => {
    await using project = await newProject();
    const child = project.start('node', '-e', LISTENER);
    await once(child.stdout ?? child, 'data');
    const ended = finish(child);
    child.kill(signal);
    child.kill(signal);
    expect(await ended).toMatchObject({ out: `${signal}\n`, code: 3 });
  },
);

it('names the programs it knows when asked for another', async () => {
  await using project = await newProject();
  expect((await finish(project.start('frobnicate'))).err).toContain('There is no program "frobnicate"');
});

/** A project as small as can be, with the real scripts. */
async function newProject() {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-toolchain-'));
  const write = async (path: string, content: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
    await chmod(join(folder, path), 0o755);
  };
  await mkdir(join(folder, 'scripts'));
  await cp(join(SCRIPTS, 'with-toolchain.mjs'), join(folder, 'scripts', 'with-toolchain.mjs'));
  await cp(join(SCRIPTS, 'toolchain'), join(folder, 'scripts', 'toolchain'), { recursive: true });
  await write('bin/pnpm', PNPM);
  await write('package.json', '{}');
  await write('packages/one/package.json', '{"name":"one","version":"1.0.0"}');
  await write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n');
  await write('pnpm-lock.yaml', 'lockfileVersion: 9.0\n');
  const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
  return {
    folder,
    write,
    // Without a terminal and in a session of its own, as a service manager starts it.
    start: (...args: string[]) =>
      spawn(process.execPath, [join(folder, 'scripts', 'with-toolchain.mjs'), ...args], {
        cwd: folder,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    installations: async () => (await readFile(join(folder, 'installations'), 'utf8')).trim().split('\n').length,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function finish(child: ChildProcess) {
  if (!child.stdout || !child.stderr) throw new Error('started without pipes');
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code: code as number | null };
}
