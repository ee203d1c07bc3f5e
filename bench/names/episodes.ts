import type { EpisodeNames } from '@aniworld/naming';
import { seededRandom } from '../../test/faults/random.ts';

const NOUNS =
  'Lantern Harbour Kestrel Garden Winter Orchard Signal Paper River Thunder Clockwork Meadow Violet Compass Ember Falcon Glacier Hollow Island Juniper Kitchen Library Mirror Northern Ocean Painter Quarry Rabbit Station Teacup Umbrella Valley Whistle Yellow Zephyr Bakery Cinder Dragon Engine Festival'.split(
    ' ',
  );
const VERBS = 'Returns Falls Remembers Burns Wakes Answers Vanishes Sings Begins Waits'.split(' ');
const LITTLE = 'of the|in the|and the|without a|beyond the|under the'.split('|');

/**
 * Made-up episodes as libraries have them: series with numbers, years, apostrophes, ampersands, exclamation marks, commas,
 * hyphens and colons in their names; specials, doubles, long seasons; some with an absolute number.
 */
export function drawEpisodes(count: number, seed: number): EpisodeNames[] {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const pick = <Item>(items: readonly Item[]) => items[below(items.length)]!;
  let last = '';
  const noun = () => {
    const others = NOUNS.filter((one) => one !== last);
    return (last = pick(others));
  };
  const ordinary = [noun, () => `${noun()} ${noun()}`, () => `The ${noun()} ${pick(LITTLE)} ${noun()}`];
  const special: (() => string)[] = [
    () => `${noun()} ${2 + below(8)}`,
    () => `${noun()} ${100 + below(900)}`,
    () => `${noun()} ${1960 + below(65)}`,
    () => `${noun()}’s ${noun()}`,
    () => `${noun()}'s ${noun()}`,
    () => `${noun()} & ${noun()}`,
    () => `${noun()}!`,
    () => `${noun()}, ${noun()} and ${noun()}`,
    () => `${noun()}-${noun()}`,
    () => `${noun()}: ${noun()} ${noun()}`,
    () => `${noun()} no. ${1 + below(20)}`,
    () => `Dr. ${noun()}`,
    () => `${pick(['Été', 'Façade', 'Über', 'Señor', 'Ōkami'])} ${noun()}`,
  ];
  const titles: (() => string)[] = [
    () => `${noun()} ${pick(VERBS)}`,
    () => `The ${noun()} ${pick(LITTLE)} ${noun()}`,
    () => `${noun()}, ${noun()}`,
    () => `What ${pick(VERBS)}?`,
    () => `${noun()}’s ${noun()}`,
    () => `${noun()} (${1 + below(3)})`,
    () => `${1 + below(30)} ${noun()}s`,
    () => noun(),
  ];
  return Array.from({ length: count }, () => {
    const season = random() < 0.08 ? 0 : 1 + below(12);
    const first = 1 + below(random() < 0.1 ? 150 : 26);
    const absolute = random() < 0.3 ? first + 24 * season : null;
    const double = random() < 0.1;
    return {
      // One in two series has something in its name that programs stumble over.
      series: pick(random() < 0.5 ? ordinary : special)(),
      year: random() < 0.85 ? 1970 + below(55) : null,
      season,
      episode: double ? [first, first + 1] : first,
      absolute: double && absolute !== null ? [absolute, absolute + 1] : absolute,
      title: pick(titles)(),
      ext: pick(['mkv', 'mp4']),
      tvdb_id: random() < 0.3 ? 70_000 + below(400_000) : null,
    };
  });
}
