import { backups, fail } from '@aniworld/contracts';
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startSystem, token } from './gateway.fixture.ts';

const NAME = 'aniworld-20260131T033000Z.zip';
const PATH = `/api/v1/backups/${NAME}`;
const file = randomBytes(1_200_000);

describe('a file', () => {
  it('comes whole, however many pieces it is made of', async () => {
    await using system = await startSystem({ handlers: [owner()] });
    const response = await get(system.url, PATH);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename=${NAME}`);
    expect(response.headers.get('content-length')).toBe(String(file.length));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(digest(await response.bytes())).toBe(digest(file));
  });

  it('goes on from an offset, and ends where it ends', async () => {
    await using system = await startSystem({ handlers: [owner()] });
    const rest = await get(system.url, `${PATH}?offset=1000000`);
    expect(digest(await rest.bytes())).toBe(digest(file.subarray(1_000_000)));
    const none = await get(system.url, `${PATH}?offset=${file.length}`);
    expect([none.status, (await none.bytes()).length]).toEqual([200, 0]);
    expect((await get(system.url, `${PATH}?offset=${file.length + 1}`)).status).toBe(400);
  });

  it('that fails to come in the middle is cut, so that nobody takes it for whole', async () => {
    await using system = await startSystem({ handlers: [owner({ failAt: 500_000 })] });
    const response = await get(system.url, PATH);
    expect(response.status).toBe(200);
    await expect(response.bytes()).rejects.toThrow();
  });

  it('is for administrators, and a name that is none of a backup reaches nobody', async () => {
    const asked: number[] = [];
    await using system = await startSystem({ handlers: [owner({ asked })] });
    expect((await system.ask(PATH)).status).toBe(401);
    expect((await system.ask(PATH, { token: token({ scope: 'write' }) })).status).toBe(403);
    for (const name of ['..%2f..%2fetc%2fpasswd', 'x.zip', `${NAME}%00`, '.aniworld-20260131T033000Z.zip.part'])
      expect([name, (await system.ask(`/api/v1/backups/${name}`, { token: token() })).status]).toEqual([name, 400]);
    expect(asked).toEqual([]);
  });

  it('that is not there is answered as any other error', async () => {
    const handle = () => {
      throw fail('BACKUP_NOT_FOUND');
    };
    await using system = await startSystem({ handlers: [{ op: backups.download, handle }] });
    const reply = await system.ask(PATH, { token: token() });
    expect([reply.status, reply.body.code]).toEqual([404, 'BACKUP_NOT_FOUND']);
  });
});

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const get = (url: string, path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token()}` } });

/** Gives the file in pieces of half a million bytes. */
function owner({ failAt = Infinity, asked = [] as number[] } = {}) {
  const handle = ({ name, offset }: { name: string; offset: number }) => {
    asked.push(offset);
    if (offset >= failAt) throw fail('UNAVAILABLE');
    return { name, size: file.length, data: file.subarray(offset, offset + 500_000).toString('base64') };
  };
  return { op: backups.download, handle: handle as never };
}
