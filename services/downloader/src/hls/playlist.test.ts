import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { type MediaPlaylist, parsePlaylist } from './playlist.ts';

const URL_OF = 'https://example.org/films/a/list.m3u8?token=1';
const HEAD = '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n';
const media = (text: string) => parsePlaylist(`${HEAD}${text}`, URL_OF) as MediaPlaylist;

test('addresses are relative to the playlist, and titles of any language are passed over', () => {
  const { segments, ended, targetSeconds } = media(
    '#EXTINF:4.0,Übermut – 第一話\nb/1.ts\n#EXTINF:3.5,%E0%\n//cdn.example.org/2.ts\n#EXT-X-ENDLIST',
  );
  expect(segments.map(({ url, seconds, sequence }) => [url, seconds, sequence])).toEqual([
    ['https://example.org/films/a/b/1.ts', 4, 0],
    ['https://cdn.example.org/2.ts', 3.5, 1],
  ]);
  expect([ended, targetSeconds]).toEqual([true, 4]);
});

test('a key and a map hold for all segments until the next, and a discontinuity breaks', () => {
  const { segments } = media(
    `#EXT-X-MEDIA-SEQUENCE:5
#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@0"
#EXT-X-KEY:METHOD=AES-128,URI="key"
#EXTINF:4,
1.m4s
#EXTINF:4,
2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=NONE
#EXTINF:4,
3.m4s
#EXT-X-ENDLIST`.replace('URI="key"', 'URI="key",IV=0x000102030405060708090a0b0c0d0e0f'),
  );
  expect(segments.map(({ key }) => key?.iv.toString('hex'))).toEqual([
    '000102030405060708090a0b0c0d0e0f',
    '000102030405060708090a0b0c0d0e0f',
    undefined,
  ]);
  expect(segments.map(({ map }) => map?.range)).toEqual([1, 2, 3].map(() => ({ start: 0, end: 100 })));
  expect(segments.map(({ breaks }) => breaks)).toEqual([false, false, true]);
});

test('without a vector it is the sequence number', () => {
  const { segments } = media('#EXT-X-MEDIA-SEQUENCE:258\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na.ts\n');
  expect(segments[0]!.key!.iv.toString('hex')).toBe('00000000000000000000000000000102');
});

test('a range without a beginning goes on where the one before ended', () => {
  const { segments } = media('#EXTINF:4,\n#EXT-X-BYTERANGE:10@5\na.ts\n#EXTINF:4,\n#EXT-X-BYTERANGE:20\na.ts\n');
  expect(segments.map(({ range }) => range)).toEqual([
    { start: 5, end: 15 },
    { start: 15, end: 35 },
  ]);
});

test('an apostrophe in a name hides nothing behind it', () => {
  const master = parsePlaylist(
    `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Director's cut",LANGUAGE="en",DEFAULT=YES,URI="en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=1280x720,CODECS="avc1.64001f,mp4a.40.2",AUDIO="a"
v.m3u8`,
    URL_OF,
  );
  expect(master).toMatchObject({
    kind: 'master',
    variants: [
      { height: 720, audio: [{ language: 'en', isDefault: true, url: 'https://example.org/films/a/en.m3u8' }] },
    ],
  });
});

test.each([
  ['a page', '<html>'],
  ['variants and segments at once', '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na\n#EXTINF:1,\nb'],
  ['an address of another kind', `${HEAD}#EXTINF:4,\nfile:///etc/passwd\n`],
  ['a first range without a beginning', `${HEAD}#EXTINF:4,\n#EXT-X-BYTERANGE:10\na.ts\n`],
  ['a segment without an address', `${HEAD}#EXTINF:4,\na.ts\n#EXTINF:4,\n#EXT-X-ENDLIST`],
  ['an address without a duration', `${HEAD}a.ts\n`],
  ['a vector of the wrong size', `${HEAD}#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01\n#EXTINF:4,\na.ts\n`],
  [
    'a foreign protection',
    `${HEAD}#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="k",KEYFORMAT="com.example"\n#EXTINF:4,\na.ts\n`,
  ],
  ['nothing but key frames', `${HEAD}#EXT-X-I-FRAMES-ONLY\n#EXTINF:4,\na.ts\n`],
  ['segments that are left out', `${HEAD}#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXTINF:4,\na.ts\n`],
  ['a stream of a month', `${HEAD}${'#EXTINF:86400,\na.ts\n'.repeat(30)}`],
  ['a stream of endless segments', `${HEAD}#EXTINF:1e999,\na.ts\n`],
])('%s is refused', (_, text) => {
  expect(() => parsePlaylist(text, URL_OF)).toThrow(Failure);
});

test('any text is either a playlist or refused as one', () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('#EXTINF:1,', 'a.ts', '#EXT-X-ENDLIST', '#EXT-X-MAP:URI="m"', '#EXT-X-DISCONTINUITY', '#EXT-X-GAP'),
    fc.constantFrom('#EXT-X-KEY:METHOD=AES-128', '#EXT-X-BYTERANGE:', '#EXT-X-STREAM-INF:', '#EXT-X-MEDIA:TYPE=AUDIO'),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        expect(['media', 'master']).toContain(parsePlaylist(['#EXTM3U', ...lines].join('\n'), URL_OF).kind);
      } catch (error) {
        expect(error).toMatchObject({ reason: 'bad_content' });
      }
    }),
  );
});
