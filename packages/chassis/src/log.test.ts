import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptLog } from './chassis.fixture.ts';
import { createLog, redactUrl } from './log.ts';

test('secrets are redacted at the top and one level down', () => {
  const { log, lines } = keptLog();
  log.info({ password: 'a', token: 'b', config: { secret: 'c', name: 'd' } }, 'login');
  expect(lines[0]).toMatchObject({
    password: '[redacted]',
    token: '[redacted]',
    config: { secret: '[redacted]', name: 'd' },
  });
});

test('what a user sends stays one line of JSON', () => {
  const { log, lines } = keptLog();
  log.info({ title: 'a\r\nb\u001b[31m' }, 'new');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.title).toBe('a\r\nb\u001b[31m');
});

test('a logged address keeps its parameters’ names and loses credentials', () => {
  expect(redactUrl('https://user:pass@host/a?api_key=1&page=2&X-Signature=3')).toBe(
    'https://redacted:redacted@host/a?api_key=redacted&page=2&X-Signature=redacted',
  );
  expect(redactUrl('no address')).toBe('no address');
});

test('a folder that can not be written to is an error at the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aniworld-log-'));
  writeFileSync(join(folder, 'file'), '');
  expect(() => createLog({ level: 'info', service: 'x', dir: join(folder, 'file', 'logs'), out: null })).toThrow(
    /ENOTDIR/,
  );
  rmSync(folder, { recursive: true });
});
