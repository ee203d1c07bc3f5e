import { expect, test } from 'vitest';
import { failureOf } from './verdict.ts';

test.each([
  [
    'ERROR: [generic] x: Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPError 404: Not Found>)',
    'gone',
  ],
  ['ERROR: [youtube] abc: Video unavailable. This video has been removed by the uploader', 'gone'],
  ['ERROR: unable to download video data: HTTP Error 403: Forbidden', 'auth'],
  ['ERROR: [youtube] abc: Sign in to confirm your age', 'auth'],
  ['ERROR: [vimeo] 1: This video is private. Use --cookies-from-browser', 'auth'],
  ['ERROR: [youtube] abc: The uploader has not made this video available in your country', 'http_4xx'],
  ['ERROR: [x] y: HTTP Error 429: Too Many Requests', 'rate_limited'],
  ['ERROR: [x] y: Unable to download JSON metadata: HTTP Error 503: Service Unavailable', 'http_5xx'],
  ['ERROR: [x] y: The read operation timed out', 'timeout'],
  ['ERROR: [generic] Unsupported URL: https://example.org/login/password', 'no_source'],
  ['ERROR: [youtube] login: Requested format is not available. Use --list-formats', 'no_source'],
  ['ERROR: [x] y: This video is DRM protected', 'bad_content'],
  ['ERROR: unable to write data: [Errno 28] No space left on device', 'no_space'],
  ["ERROR: unable to open for writing: [Errno 13] Permission denied: 'media.mp4.part'", 'permission'],
  ['ERROR: \r[download] Got error: 200001 bytes read, 199999 more expected. Giving up after 2 retries', 'network'],
  ['ERROR: Unable to download webpage: <urlopen error [Errno -2] Name or service not known>', 'network'],
  ['ERROR: fragment 3 not found, unable to continue', 'gone'],
  ['Traceback (most recent call last):\nMemoryError', 'internal'],
  ['yt-dlp: error: no such option: --no-update', 'internal'],
  ['', 'internal'],
])('%j means %s', (said, reason) => {
  expect(failureOf({ code: 1, said })).toMatchObject({ reason });
});

test('the last error counts, whatever was warned of before and after it', () => {
  const said = 'ERROR: HTTP Error 404\nWARNING: HTTP Error 429\nERROR: HTTP Error 500: oops\n';
  expect(failureOf({ code: 1, said })).toMatchObject({
    reason: 'http_5xx',
    message: /yt-dlp said: ERROR: HTTP Error 500: oops$/,
  });
});

test('what it said is quoted on one line, shortened, and without what a terminal obeys', () => {
  const { message } = failureOf({ code: 1, said: `ERROR: \u001b[31mred\u001b[0m \u202e\0${'x'.repeat(10_000)}\nmore` });
  expect(message).toMatch(/said: ERROR: red x+$/);
  expect(message.length).toBeLessThan(600);
});

test('a program that can not be run, and one that was ended from outside, say so', () => {
  expect(failureOf({ code: 127, said: 'sh: 1: exec: yt-dlp: not found' }).message).toContain('Check its path');
  expect(failureOf({ code: null, said: '' }).message).toContain('ended from outside');
});
