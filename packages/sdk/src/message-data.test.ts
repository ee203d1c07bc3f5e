import type { Message } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { parseMessage } from './message-data.ts';

const SCAN = {
  id: null,
  state: 'idle',
  started_at: null,
  finished_at: null,
  folders: 0,
  files: 0,
  matched: 0,
  unmatched: 0,
  removed: 0,
  problems: [],
};

const message = (type: string, data: unknown) => ({ type, data, room: 'library' }) as Message;

it('parses a message by the event that its type belongs to', () => {
  expect(parseMessage(message('scan_progress', { ...SCAN, folders: 3, extra: 1 }))).toMatchObject({
    success: true,
    data: { data: { ...SCAN, folders: 3 } },
  });
});

it('refuses data that is not the event’s', () => {
  expect(parseMessage(message('scan_progress', { folders: 'many' })).success).toBe(false);
});

it('reads from a snapshot what its room fills', () => {
  expect(parseMessage(message('snapshot', { scan: SCAN }))).toMatchObject({
    success: true,
    data: { data: { scan: SCAN } },
  });
  expect(parseMessage(message('snapshot', {}))).toMatchObject({ success: true, data: { data: {} } });
  expect(parseMessage(message('snapshot', { active: [{}] })).success).toBe(false);
});

it('lets a type of a newer server pass as it is', () => {
  expect(parseMessage(message('something_new', 7))).toMatchObject({ success: true, data: { data: 7 } });
});
