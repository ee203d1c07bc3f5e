import { expect, test } from 'vitest';
import { joinSubtitles } from './subtitle.ts';

const text = (map: string, ...cues: string[]) =>
  ['WEBVTT', ...(map ? [`X-TIMESTAMP-MAP=${map}`] : [])].join('\n') + `\n\n${cues.join('\n\n')}\n`;

test('segments become one text, and a cue over a border is written once', () => {
  const map = 'MPEGTS:900000,LOCAL:00:00:00.000';
  const over = '00:03.000 --> 00:05.000 align:start\nSecond';
  const joined = joinSubtitles(
    [text(map, '1\n00:01.000 --> 00:02.000\nFirst', `2\n${over}`), text(map, `1\n${over}`)],
    10,
  );
  expect(joined).toBe(
    'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nFirst\n\n00:00:03.000 --> 00:00:05.000 align:start\nSecond\n',
  );
});

test('times are set by the clock of the picture', () => {
  const cue = '01:00:01.500 --> 01:00:02.500\nText 00:00.000';
  const joined = joinSubtitles([text('LOCAL:01:00:00.000,MPEGTS:1080000', cue)], 10);
  expect(joined).toContain('00:00:03.500 --> 00:00:04.500\nText 00:00.000');
  expect(joinSubtitles([text('LOCAL:01:00:00.000,MPEGTS:1080000', cue)], null)).toContain('00:00:01.500 -->');
});

test('without a clock of its own a text keeps its times', () => {
  expect(joinSubtitles([text('', '00:01.000 --> 00:02.000\nA')], 10)).toContain('00:00:01.000 --> 00:00:02.000');
});

test('what is no WebVTT is refused', () => {
  expect(() => joinSubtitles(['<html>'], 0)).toThrow('no WebVTT');
});
