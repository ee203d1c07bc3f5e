import { expect, it } from 'vitest';
import { readFeed } from './document.ts';

const base = 'https://feeds.example/shows/harbour.xml';
const rss = (channel: string) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule">
<channel><title>Harbour Lights</title>${channel}</channel></rss>`;
const item = (body: string) => rss(`<item>${body}</item>`);
const first = (text: string) => readFeed(text, base).items[0];
const video = '<enclosure url="/v/1.mp4" length="1234" type="video/mp4"/>';

it('reads a podcast feed with its numbers, dates and lengths', () => {
  const feed = readFeed(
    rss(`<description><![CDATA[<p>Ships &amp; light.</p>]]></description><copyright>CC BY 4.0</copyright>
      <itunes:image href="cover.png"/><itunes:complete>yes</itunes:complete>
      <item><title>Episode one</title><guid isPermaLink="false">harbour-1</guid>
        <pubDate>Sat, 06 Jul 2024 10:00:00 +0200</pubDate><itunes:season>2</itunes:season>
        <itunes:episode>5</itunes:episode><itunes:duration>00:10:05</itunes:duration><itunes:image href="one.png"/>${video}</item>`),
    base,
  );
  expect(feed).toMatchObject({
    title: 'Harbour Lights',
    description: 'Ships & light.',
    image: 'https://feeds.example/shows/cover.png',
    licence: 'CC BY 4.0',
    complete: true,
  });
  expect(feed.items).toEqual([
    {
      guid: 'harbour-1',
      title: 'Episode one',
      description: null,
      published: Date.parse('2024-07-06T08:00:00Z'),
      season: 2,
      episode: 5,
      extra: false,
      duration: 605,
      image: 'https://feeds.example/shows/one.png',
      enclosure: { url: 'https://feeds.example/v/1.mp4', type: 'video/mp4', length: 1234, sha256: null },
    },
  ]);
});

it('reads Atom with an enclosure link and its rights', () => {
  const feed = readFeed(
    `<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Lights</title><rights>CC0</rights>
      <entry><id>urn:harbour:1</id><title>One</title><published>2024-07-06T08:00:00Z</published>
      <link rel="alternate" href="https://feeds.example/1"/>
      <link rel="enclosure" type="video/webm" href="https://feeds.example/v/1.webm" length="99"/></entry></feed>`,
    base,
  );
  expect(feed.licence).toBe('CC0');
  expect(feed.items[0]).toMatchObject({
    guid: 'urn:harbour:1',
    published: Date.parse('2024-07-06T08:00:00Z'),
    enclosure: { url: 'https://feeds.example/v/1.webm', type: 'video/webm', length: 99 },
  });
});

it('takes the largest video of a Media RSS group, with its checksum', () => {
  const sha256 = 'ab'.repeat(32);
  const entry = first(
    item(`<title>One</title><media:group>
      <media:content url="https://a.example/small.mp4" type="video/mp4"/>
      <media:content url="https://a.example/large.mp4" type="video/mp4" fileSize="500">
        <media:hash algo="sha-256">${sha256.toUpperCase()}</media:hash></media:content></media:group>`),
  );
  expect(entry?.enclosure).toEqual({ url: 'https://a.example/large.mp4', type: 'video/mp4', length: 500, sha256 });
});

it.each([
  ['audio', '<enclosure url="/a/1.mp3" length="1" type="audio/mpeg"/>'],
  ['nothing', ''],
  ['another protocol', '<enclosure url="file:///etc/passwd" length="1" type="video/mp4"/>'],
  ['no address', '<enclosure length="1" type="video/mp4"/>'],
])('leaves out an item with %s', (_, body) => {
  expect(readFeed(item(`<title>x</title>${body}`), base).items).toEqual([]);
});

it.each([
  ['its guid', `<guid>g</guid><link>https://l.example/</link>${video}`, 'g'],
  ['its link', `<link>https://l.example/</link>${video}`, 'https://l.example/'],
  ['the address of its file', video, 'https://feeds.example/v/1.mp4'],
])('knows an item again by %s', (_, body, guid) => {
  expect(first(item(`<title>x</title>${body}`))?.guid).toBe(guid);
});

it.each([['0'], ['-3'], ['1.5'], ['many'], ['100000000']])('takes the episode number %s for none', (number) => {
  expect(first(item(`<title>x</title><itunes:episode>${number}</itunes:episode>${video}`))?.episode).toBeNull();
});

it('takes a date that is none for none', () => {
  expect(first(item(`<title>x</title><pubDate>last Tuesday</pubDate>${video}`))?.published).toBeNull();
});

it('finds the licence where a feed names one by its address', () => {
  const address = 'https://creativecommons.org/licenses/by/4.0/';
  expect(readFeed(rss(`<creativeCommons:license>${address}</creativeCommons:license>`), base).licence).toBe(address);
});

it.each([
  ['a web page', '<html><body>Not here</body></html>'],
  ['nothing', ''],
  ['half a document', '<rss version="2.0"><channel><title>x'],
  ['elements nested without end', `<rss version="2.0"><channel>${'<a>'.repeat(100_000)}`],
  ['an external entity', `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>${rss('')}`],
])('refuses %s', (_, text) => {
  expect(() => readFeed(text, base)).toThrow();
});

it('expands no entity of the document’s own', () => {
  const entities = Array.from({ length: 20 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};&e${n};&e${n};">`).join('');
  const text = `<!DOCTYPE rss [<!ENTITY e0 "lol">${entities}]>${item(`<title>&e20;</title>${video}`)}`;
  expect(first(text)?.title).toBe('&e20;');
});
