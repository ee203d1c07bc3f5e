/** What a name means, by those who collected it. A field that is missing was not said. */
export interface Expected {
  name: string;
  source?: string;
  season?: number | null;
  episodes?: number[];
  absolute?: number[];
  air_date?: string | null;
  version?: number | null;
}

/** What a parser reads from it. */
export interface Answer {
  season: number | null;
  episodes: number[];
  absolute: number[];
  air_date: string | null;
  version: number | null;
}

/**
 * Whether season, episodes, absolute number, air date and version are all as expected. A number without a season may stand in either
 * of the two fields when the other is empty; a name without any number must give none.
 */
export function isRight(expected: Expected, answer: Answer): boolean {
  if (onlyVersion(expected)) return answer.version === expected.version;
  if ((answer.air_date ?? null) !== (expected.air_date ?? null)) return false;
  // Tests of other programs ask for one thing each: a version that they don't name may be there.
  const versioned = expected.version !== undefined || !expected.source?.startsWith('Sonarr');
  if (versioned && answer.version !== (expected.version ?? null)) return false;
  const { season = null, episodes = [], absolute = [] } = expected;
  if (season === null && episodes.length === 0 && absolute.length > 0) return isSeasonless(expected, absolute, answer);
  return answer.season === season && same(answer.episodes, episodes) && same(answer.absolute, absolute);
}

const onlyVersion = ({ name: _, source: __, version, ...rest }: Expected) =>
  version !== undefined && !['season', 'episodes', 'absolute', 'air_date'].some((field) => field in rest);

function isSeasonless({ source }: Expected, numbers: number[], answer: Answer): boolean {
  if (same(answer.episodes, numbers) && answer.absolute.length === 0) return true;
  return same(answer.absolute, numbers) && (answer.episodes.length === 0 || source?.startsWith('Sonarr') === true);
}

const same = (one: readonly number[], other: readonly number[]) => one.join() === other.join();
