import { createLog } from '@aniworld/chassis';
import { config, namingPresets } from '@aniworld/contracts';
import { watchEvent } from '@aniworld/testing';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startRig } from './rig.fixture.ts';

const password = 'correct horse battery';

describe('the configuration', () => {
  it('is nothing but defaults before the first change, with the service’s own folder', async () => {
    await using rig = await startRig();
    const { version, config: current } = await rig.bus.call(config.get, {});
    expect(version).toBe(0);
    expect(current.library).toMatchObject({ folders: [rig.folder], scan_interval_minutes: 60 });
    expect(current.queue.max_concurrent).toBe(2);
  });

  it('gets a new version with each change, and everybody is told', async () => {
    await using rig = await startRig();
    await using changed = watchEvent(rig.bus, config.changed);
    const first = await rig.bus.call(config.update, { config: { queue: { max_concurrent: 5 } } });
    expect(first).toMatchObject({ version: 1, config: { queue: { max_concurrent: 5 } } });
    expect(await changed.next()).toEqual({ version: 1, paths: ['queue.max_concurrent'] });
    await rig.bus.call(config.update, { config: {}, version: 1 });
    expect(await rig.bus.call(config.get, {})).toMatchObject({ version: 2, config: { queue: { max_concurrent: 2 } } });
  });

  it('refuses a change of a version that is no longer the current one', async () => {
    await using rig = await startRig();
    const changes = [3, 4, 5].map((max_concurrent) =>
      rig.bus.call(config.update, { config: { queue: { max_concurrent } }, version: 0 }),
    );
    const results = await Promise.allSettled(changes);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'VERSION_CONFLICT' });
    expect((await rig.bus.call(config.get, {})).version).toBe(1);
  });

  it('creates library folders that do not exist yet, and leaves nothing in them', async () => {
    await using rig = await startRig();
    const folder = join(rig.folder, 'new', 'library');
    const { config: stored } = await rig.bus.call(config.update, { config: { library: { folders: [`${folder}/`] } } });
    expect(stored.library.folders).toEqual([folder]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names each folder that can’t be used and stores nothing', async () => {
    await using rig = await startRig();
    const file = join(rig.folder, 'file');
    await writeFile(file, '');
    const good = join(rig.folder, 'good');
    const folders = [good, 'relative', file, join(good, 'inner')];
    await expect(rig.bus.call(config.update, { config: { library: { folders } } })).rejects.toMatchObject({
      code: 'FOLDER_UNUSABLE',
      details: {
        errors: [
          { path: 'config.library.folders.1', message: 'Give an absolute path.' },
          { path: 'config.library.folders.2', message: 'It is a file and not a folder.' },
          { path: 'config.library.folders.3', message: expect.stringContaining('name one of the two') },
        ],
      },
    });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });
});

describe('the private addresses that are allowed', () => {
  it('are refused by name when they can not be read, and nothing is stored', async () => {
    await using rig = await startRig();
    const network = { allow_private: ['192.168.1.0/24', 'http://nas.local', '10.0.0.0/33'] };
    await expect(rig.bus.call(config.update, { config: { network } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: {
        errors: [
          { path: 'config.network.allow_private.1', message: expect.stringContaining('nas.local:80') },
          { path: 'config.network.allow_private.2', message: expect.stringContaining('nas.local:80') },
        ],
      },
    });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });
});

describe('the naming template', () => {
  it('is refused with a sentence when it makes no sense, and nothing is stored', async () => {
    await using rig = await startRig();
    const library = { naming: '{series} {nmae} {episode}.{ext}' };
    await expect(rig.bus.call(config.update, { config: { library } })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      details: { errors: [{ path: 'config.library.naming', message: expect.stringMatching(/no field \{nmae\}/) }] },
    });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });

  it('can be tried without being stored', async () => {
    await using rig = await startRig();
    const { preset, examples } = await rig.bus.call(config.previewNaming, { template: 'anime' });
    expect(preset).toBe('anime');
    expect(examples.find(({ kind }) => kind === 'anime')?.path).toContain('S02E03 - 015');
    await expect(rig.bus.call(config.previewNaming, { template: '{title}.{ext}' })).rejects.toMatchObject({
      code: 'NAMING_TEMPLATE',
      message: expect.stringContaining('{episode}'),
    });
    expect((await rig.bus.call(config.get, {})).version).toBe(0);
  });

  it('that was stored before templates were checked gives way to the default, and the rest stays', async () => {
    await using rig = await startRig();
    const old = { library: { naming: '{series} {number}', scan_interval_minutes: 7 } };
    await rig.db
      .insertInto('config_version')
      .values({ version: 1, config: JSON.stringify(old), changed_by: null })
      .execute();
    const { library } = (await rig.bus.call(config.get, {})).config;
    expect(library).toMatchObject({ naming: namingPresets.standard, scan_interval_minutes: 7 });
  });
});

describe('the set-up', () => {
  it('sets the password, stores the configuration and gives the session', async () => {
    await using rig = await startRig();
    const folder = join(rig.folder, 'library');
    const session = await rig.bus.call(config.setup, { password, config: { library: { folders: [folder] } } });
    expect(session.token).toBe('token');
    expect(await rig.bus.call(config.get, {})).toMatchObject({
      version: 1,
      config: { library: { folders: [folder] } },
    });
    const row = await rig.db.selectFrom('config_version').select('changed_by').executeTakeFirst();
    expect(row?.changed_by).toBe(session.session_id);
  });

  it('leaves the password open when a folder can’t be used', async () => {
    await using rig = await startRig();
    const wrong = { password, config: { library: { folders: ['relative'] } } };
    await expect(rig.bus.call(config.setup, wrong)).rejects.toMatchObject({ code: 'FOLDER_UNUSABLE' });
    await rig.bus.call(config.setup, { password });
  });

  it('changes nothing the second time, neither the configuration nor the disk', async () => {
    await using rig = await startRig();
    await rig.bus.call(config.setup, { password });
    const folder = join(rig.folder, 'strange');
    await expect(
      rig.bus.call(config.setup, { password, config: { library: { folders: [folder] } } }),
    ).rejects.toMatchObject({ code: 'ALREADY_SET_UP' });
    expect((await rig.bus.call(config.get, {})).version).toBe(1);
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes the password into no log', async () => {
    const lines = new PassThrough();
    const log = createLog({ level: 'trace', service: 'catalog', out: lines });
    {
      await using rig = await startRig({ log });
      await rig.bus.call(config.setup, { password });
      await rig.bus.call(config.setup, { password }).catch(() => undefined);
      await rig.bus
        .call(config.setup, { password, config: { library: { folders: [password] } } })
        .catch(() => undefined);
    }
    const text = String(lines.read());
    expect(text).toContain('ALREADY_SET_UP');
    expect(text).not.toContain(password);
  });
});
