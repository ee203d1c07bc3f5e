import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { episodeCode } from '../format/episode-code.ts';
import { episodesQuery } from '../series/series-queries.ts';

/** Code and title of an episode of the series, by its id. */
export function useEpisodeNames(seriesId: string | null): (id: string) => string {
  const episodes = useQuery({ ...episodesQuery(seriesId ?? ''), enabled: seriesId !== null }).data;
  return useMemo(() => {
    const names = new Map(episodes?.map((one) => [one.id, `${episodeCode(one.season, one.episode)} ${one.title}`]));
    return (id) => names.get(id) ?? '…';
  }, [episodes]);
}
