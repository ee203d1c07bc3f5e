import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppConfig, variableOf } from './document.ts';
import { configFields, unknownPaths } from './fields.ts';
import { configVariables, readOverrides } from './variables.ts';

const Environment = z.object(configVariables);
const read = (environment: Record<string, string>) => Object.fromEntries(readOverrides(Environment.parse(environment)));

describe('the environment', () => {
  it('overrides each setting by a variable of its name, written as a person would', () => {
    const values = {
      ANIWORLD__QUEUE__MAX_CONCURRENT: '7',
      ANIWORLD__LIBRARY__NFO: 'true',
      ANIWORLD__LIBRARY__FILE_MODE: '664',
      ANIWORLD__LIBRARY__FOLDERS: '/srv/a, /srv/b',
      ANIWORLD__NETWORK__ALLOW_PRIVATE: '["nas.local","10.0.0.0/8"]',
      ANIWORLD__PROVIDERS__RSS__FEEDS: '[{"name":"A","url":"https://a.example/feed"}]',
      ANIWORLD__DOWNLOAD__QUALITY: '1080p',
    };
    expect(read(values)).toEqual({
      'queue.max_concurrent': 7,
      'library.nfo': true,
      'library.file_mode': '664',
      'library.folders': ['/srv/a', '/srv/b'],
      'network.allow_private': ['nas.local', '10.0.0.0/8'],
      'providers.rss.feeds': [{ name: 'A', url: 'https://a.example/feed' }],
      'download.quality': '1080p',
    });
  });

  it('is refused with a sentence where a value does not fit', () => {
    const message = (name: string, value: string) => Environment.safeParse({ [name]: value }).error?.issues[0]?.message;
    expect(message('ANIWORLD__QUEUE__MAX_CONCURRENT', '1000')).toContain('256');
    expect(message('ANIWORLD__QUEUE__MAX_CONCURRENT', 'many')).toContain('number');
    expect(message('ANIWORLD__DOWNLOAD__SUBTITLE_LANGUAGES', 'en,Deutsch')).toContain('A language like');
    expect(message('ANIWORLD__PROVIDERS__RSS__FEEDS', '[{"name":"A"}]')).toBeDefined();
  });
});

describe('the settings', () => {
  it('have a description and a default each, and a variable that no other has', () => {
    const bare = configFields.filter(({ json }) => !json.description || !('default' in json));
    expect(bare.map(({ path }) => path)).toEqual([]);
    expect(new Set(configFields.map(({ path }) => variableOf(path))).size).toBe(configFields.length);
  });

  it('say their unit where their name does', () => {
    const wrong = configFields.filter(({ path, json }) => {
      const unit = /_(seconds|minutes|hours|days|bytes)(_per_second)?$/.exec(path);
      return unit && json.type !== 'array' && json.unit !== `${unit[1]}${unit[2] ? '/s' : ''}`;
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('have null as their default where null may stand, because a merge patch can’t set it otherwise', () => {
    const wrong = configFields.filter(({ schema, json }) => schema.safeParse(null).success && json.default !== null);
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('tell what a document has that they don’t know', () => {
    const document = { ...AppConfig.parse({}), queue: { max: 3, hosts: [{ host: 'a', speed: 1 }] }, colour: 'red' };
    expect(unknownPaths(document)).toEqual(['queue.max', 'queue.hosts.0.speed', 'colour']);
  });
});
