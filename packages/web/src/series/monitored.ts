import type { Episode } from '@aniworld/contracts';

/** Which episodes of a series a change is about. */
export type EpisodeChoice = { episode_ids: string[] } | { season: number };

/**
 * The episodes as they are once the server has changed what is wanted, until it has answered.
 * @param today `2026-01-31` in UTC: what airs later is not missing yet; what has no date counts as aired
 */
export function withMonitored(
  episodes: Episode[],
  choice: EpisodeChoice,
  monitored: boolean,
  today: string,
): Episode[] {
  const meant = isMeant(choice);
  return episodes.map((episode) => {
    if (episode.monitored === monitored || !meant(episode)) return episode;
    const aired = episode.air_date === null || episode.air_date <= today;
    return { ...episode, monitored, missing: monitored && aired && episode.file === null };
  });
}

function isMeant(choice: EpisodeChoice): (episode: Episode) => boolean {
  if ('season' in choice) return (episode) => episode.season === choice.season;
  const ids = new Set(choice.episode_ids);
  return (episode) => ids.has(episode.id);
}
