import { config } from '@aniworld/contracts';
import { watchEvent } from '@aniworld/testing';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRig } from '../rig.fixture.ts';
import { MASKED, PROXY } from './proxy.fixture.ts';

describe('changing some fields', () => {
  it('leaves the others, gives the default back for null and replaces lists whole', async () => {
    await using rig = await startRig();
    const hosts = ['a', 'b'].map((host) => ({ host, max_concurrent: 1 }));
    await rig.bus.call(config.patch, { config: { queue: { max_concurrent: 5, hosts }, library: { nfo: true } } });
    const changes = { queue: { max_concurrent: null, hosts: [{ host: 'C', max_concurrent: 2 }] } };
    const { version, config: now } = await rig.bus.call(config.patch, { config: changes });
    expect(version).toBe(2);
    expect(now.queue).toMatchObject({ max_concurrent: 2, hosts: [{ host: 'c', max_concurrent: 2 }] });
    expect(now.library.nfo).toBe(true);
  });

  it('refuses what it does not know or take, by its path, and stores nothing', async () => {
    await using rig = await startRig();
    const refused = async (patch: object) => {
      const asked = rig.bus.call(config.patch, { config: patch as Record<string, unknown> });
      return asked.then(
        () => [],
        (error) => error.details.errors.map(({ path }: { path: string }) => path),
      );
    };
    expect(await refused({ queue: { max_concurent: 3 }, colour: 'red' })).toEqual([
      'config.queue.max_concurent',
      'config.colour',
    ]);
    expect(await refused({ queue: { max_concurrent: 1_000 } })).toEqual(['config.queue.max_concurrent']);
    const twice = [1, 2].map((max_concurrent) => ({ host: 'a', max_concurrent }));
    expect(await refused({ queue: { hosts: twice } })).toEqual(['config.queue.hosts']);
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });

  it('waits for nobody: changes that come together are all kept', async () => {
    await using rig = await startRig();
    const patches = [{ queue: { max_concurrent: 7 } }, { queue: { connections: 8 } }, { library: { nfo: true } }];
    await Promise.all(patches.map((patch) => rig.bus.call(config.patch, { config: patch })));
    const { version, config: now } = await rig.bus.call(config.get, {});
    expect(version).toBe(3);
    expect([now.queue.max_concurrent, now.queue.connections, now.library.nfo]).toEqual([7, 8, true]);
  });

  it('makes no version when nothing is changed', async () => {
    await using rig = await startRig();
    await rig.bus.call(config.patch, { config: { queue: { max_concurrent: 5 } } });
    expect((await rig.bus.call(config.patch, { config: { queue: { max_concurrent: 5 } } })).version).toBe(1);
  });

  it('refuses an entity tag that is not the current one', async () => {
    await using rig = await startRig();
    const change = { config: { library: { nfo: true } } };
    await rig.bus.call(config.patch, { ...change, if_match: '0' });
    for (const if_match of ['0', 'something else'])
      await expect(rig.bus.call(config.patch, { ...change, if_match })).rejects.toMatchObject({
        code: 'PRECONDITION_FAILED',
      });
  });
});

describe('a secret', () => {
  it('is shown to nobody, kept by whoever writes its mark back, and given to the services', async () => {
    await using rig = await startRig();
    await using changed = watchEvent(rig.bus, config.changed);
    const stored = await rig.bus.call(config.patch, { config: { network: { proxy: PROXY } } });
    expect(stored.config.network.proxy).toBe(MASKED);
    expect(await changed.next()).toEqual({ version: 1, paths: ['network.proxy'] });
    await rig.bus.call(config.update, { config: { ...stored.config, queue: { max_concurrent: 6 } } });
    expect((await rig.bus.call(config.effective, {})).config.network.proxy).toBe(PROXY);
    const answers = [
      await rig.bus.call(config.get, {}),
      await rig.bus.call(config.history, {}),
      await rig.bus.call(config.version, { version: 1 }),
      await rig.bus.call(config.export, {}),
    ];
    expect(JSON.stringify(answers)).not.toContain('hunter2');
    const outbox = await rig.db.selectFrom('outbox').selectAll().execute();
    expect(outbox).toHaveLength(2);
    expect(JSON.stringify(outbox)).not.toContain('hunter2');
  });

  it('can’t be sent elsewhere by writing its mark into another address', async () => {
    await using rig = await startRig();
    await rig.bus.call(config.patch, { config: { network: { proxy: PROXY } } });
    const proxy = 'http://me:********@other.example:3128';
    await expect(rig.bus.call(config.patch, { config: { network: { proxy } } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { errors: [{ path: 'config.network.proxy', message: expect.stringContaining('Enter it again') }] },
    });
  });
});

describe('validating', () => {
  it('tells all problems and warnings by setting, and creates nothing', async () => {
    await using rig = await startRig();
    const folder = join(rig.folder, 'not', 'there');
    const file = join(rig.folder, 'file');
    await writeFile(file, '');
    const review = await rig.bus.call(config.validate, {
      config: {
        library: { folders: [folder, 'relative', file, join(folder, 'inner')] },
        network: { allow_private: ['http://nas.local'], ca_file: '/nowhere/ca.pem' },
        colour: 'red',
      },
    });
    expect(review.valid).toBe(false);
    expect(review.problems.map(({ path }) => path).sort()).toEqual([
      'library.folders.1',
      'library.folders.2',
      'library.folders.3',
      'network.allow_private.0',
    ]);
    const warned = (path: string) => review.warnings.filter((one) => one.path === path).map(({ message }) => message);
    expect(warned('library.folders.0')).toContain('It does not exist yet and would be created.');
    expect(warned('network.ca_file')).toEqual([expect.stringContaining('can’t be read')]);
    expect(warned('colour')).toHaveLength(1);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });

  it('warns of two folders on one disk and finds nothing wrong with what is in force', async () => {
    await using rig = await startRig();
    const folders = ['a', 'b'].map((name) => join(rig.folder, name));
    const two = await rig.bus.call(config.validate, { config: { library: { folders } } });
    expect(two.valid).toBe(true);
    expect(two.warnings).toContainEqual({
      path: 'library.folders.1',
      message: `It lies on the same disk as ${folders[0]}: they share its free space.`,
    });
    const { config: current } = await rig.bus.call(config.get, {});
    expect(await rig.bus.call(config.validate, { config: current })).toMatchObject({ valid: true, problems: [] });
    expect(await readdir(rig.folder)).toEqual([]);
  });

  it('names the wrong field of a document that the schema does not take', async () => {
    await using rig = await startRig();
    const review = await rig.bus.call(config.validate, {
      config: { queue: { max_concurrent: 0, quiet_hours: [{ from: '7', to: '08:00' }] } },
    });
    expect(review.problems.map(({ path }) => path)).toEqual(['queue.max_concurrent', 'queue.quiet_hours.0.from']);
  });
});

describe('the history', () => {
  it('tells who changed what from what to what, page by page, and brings a version back as a new one', async () => {
    await using rig = await startRig();
    const session = await rig.bus.call(config.setup, { password: 'correct horse battery' });
    for (const max_concurrent of [3, 4]) await rig.bus.call(config.patch, { config: { queue: { max_concurrent } } });
    await rig.bus.call(config.restore, { version: 2 });
    const first = await rig.bus.call(config.history, { limit: 2 });
    expect(first.items).toMatchObject([
      { version: 4, reason: 'restore', restored_from: 2, changes: [{ path: 'queue.max_concurrent', from: 4, to: 3 }] },
      { version: 3, reason: 'change', restored_from: null, changes: [{ from: 3, to: 4 }], changed_by: null },
    ]);
    const second = await rig.bus.call(config.history, { limit: 2, cursor: first.next_cursor! });
    expect(second).toMatchObject({
      items: [
        { version: 2, changes: [{ from: 2, to: 3 }] },
        { version: 1, reason: 'setup' },
      ],
      next_cursor: null,
    });
    expect(second.items[1]!.changed_by).toBe(session.session_id);
    const old = await rig.bus.call(config.version, { version: 3 });
    expect(old.config.queue.max_concurrent).toBe(4);
    expect((await rig.bus.call(config.get, {})).config.queue.max_concurrent).toBe(3);
  });

  it('knows no version that never was', async () => {
    await using rig = await startRig();
    await rig.bus.call(config.patch, { config: { library: { nfo: true } } });
    for (const ask of [config.version, config.restore])
      await expect(rig.bus.call(ask, { version: 2 })).rejects.toMatchObject({ code: 'CONFIG_VERSION_NOT_FOUND' });
    await expect(rig.bus.call(config.history, { cursor: 'x' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('export and import', () => {
  it('take a configuration to another system, with its secrets or with their places marked', async () => {
    await using from = await startRig();
    await using to = await startRig();
    const library = { folders: [join(to.folder, 'moved')], nfo: true };
    await from.bus.call(config.patch, { config: { library, network: { proxy: PROXY } } });
    const without = await from.bus.call(config.export, {});
    const taken = await to.bus.call(config.import, { document: without });
    expect(taken).toMatchObject({ applied: true, version: 1, warnings: expect.anything() });
    expect(taken.warnings).toContainEqual({ path: 'network.proxy', message: expect.stringContaining('Enter it') });
    const proxyOf = async () => (await to.bus.call(config.effective, {})).config.network.proxy;
    expect(await proxyOf()).toBe('http://me@proxy.example:3128/');
    await to.bus.call(config.import, { document: await from.bus.call(config.export, { secrets: true }) });
    expect(await proxyOf()).toBe(PROXY);
    expect((await to.bus.call(config.get, {})).config.library).toMatchObject(library);
  });

  it('gives secrets to administrators only', async () => {
    await using rig = await startRig();
    const as = (access: 'read' | 'admin') => ({
      passport: {
        requestId: 'r',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        caller: { session_id: 's', access, expires_at: Date.now() + 60_000 },
      },
    });
    await rig.bus.call(config.export, {}, as('read'));
    await rig.bus.call(config.export, { secrets: true }, as('admin'));
    await expect(rig.bus.call(config.export, { secrets: true }, as('read'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('say first what an import would change and what of it is not known, without doing it', async () => {
    await using rig = await startRig();
    const document = {
      format: 'aniworld-config' as const,
      schema: 1,
      config: { queue: { max_concurrent: 9, speed: 'fast' }, library: { folders: [join(rig.folder, 'new')] } },
    };
    const dry = await rig.bus.call(config.import, { document, dry_run: true });
    expect(dry).toMatchObject({ valid: true, applied: false, version: 0 });
    expect(dry.warnings).toContainEqual({ path: 'queue.speed', message: expect.stringContaining('not known') });
    expect(dry.changes).toContainEqual({ path: 'queue.max_concurrent', from: 2, to: 9 });
    expect(await readdir(rig.folder)).toEqual([]);
    const bad = { ...document, config: { queue: { max_concurrent: 0 } } };
    expect(await rig.bus.call(config.import, { document: bad, dry_run: true })).toMatchObject({ valid: false });
    await expect(rig.bus.call(config.import, { document: bad })).rejects.toMatchObject({
      details: { errors: [{ path: 'document.config.queue.max_concurrent' }] },
    });
    await expect(rig.bus.call(config.import, { document: { ...document, schema: 2 } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });
});
