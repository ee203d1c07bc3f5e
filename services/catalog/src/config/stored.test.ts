import { AppConfig } from '@aniworld/contracts';
import { expect, it } from 'vitest';
import { readStored } from './stored.ts';

it('reads what an older version stored, with defaults for what came since', () => {
  expect(readStored({ queue: { max_concurrent: 5 } })).toEqual(AppConfig.parse({ queue: { max_concurrent: 5 } }));
});

it('gives settings that are not taken any more their default and keeps the rest', () => {
  const stored = {
    library: { naming: '{series} {number}', folders: ['/a', ''], scan_interval_minutes: 7 },
    queue: {
      hosts: [
        { host: 'a', max_concurrent: 1 },
        { host: 'A', max_concurrent: 2 },
      ],
      max_concurrent: 5,
    },
    network: 'none',
  };
  const sound = { library: { scan_interval_minutes: 7 }, queue: { max_concurrent: 5 } };
  expect(readStored(stored)).toEqual(AppConfig.parse(sound));
});
