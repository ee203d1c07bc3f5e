import type { MissingStanding, Standing, WantedEpisode } from '@aniworld/contracts';
import { t } from 'i18next';
import type { EpisodeState } from '../series/episode-state.ts';
import type { Reason } from './wanted-search.ts';

const REASON_OF: Record<MissingStanding, Reason> = {
  never_queued: 'never_queued',
  failed: 'failed',
  no_source: 'no_source',
  cancelled: 'taken_out',
  removed: 'taken_out',
  file_lost: 'file_lost',
  queued: 'under_way',
  downloading: 'under_way',
};

export function reasonOf(standing: Standing): Reason | undefined {
  const reasons: Partial<Record<Standing, Reason>> = REASON_OF;
  return reasons[standing];
}

/** What the server calls the reason. */
export function standingsOf(reason: Reason): MissingStanding[] {
  return (Object.keys(REASON_OF) as MissingStanding[]).filter((standing) => REASON_OF[standing] === reason);
}

/** Whether queueing it makes sense: it is not on its way, has aired and has no file. */
export function canQueueStanding(standing: Standing): boolean {
  const reason = reasonOf(standing);
  return (reason !== undefined && reason !== 'under_way') || standing === 'not_monitored';
}

/** Where an episode stands in the fewest words, with a sign and a colour of their own. */
export function stateOfStanding(standing: Standing): EpisodeState {
  if (standing === 'has_file') return 'onDisk';
  if (standing === 'not_aired') return 'upcoming';
  if (standing === 'not_monitored') return 'unmonitored';
  if (standing === 'queued') return 'pending';
  return standing === 'downloading' || standing === 'failed' ? standing : 'missing';
}

/** Where an episode stands and why, in a sentence. */
export function whyText({ standing, cause, failures, auto_download }: WantedEpisode): string {
  if (standing === 'never_queued') return t(auto_download ? 'why.never_queued_auto' : 'why.never_queued');
  if (standing !== 'failed') return t(`why.${standing}`);
  const text = cause ? t('why.failedBecause', { cause: t(`cause.${cause}`) }) : t('why.failed');
  return failures > 1 ? `${text} ${t('why.failures', { count: failures })}` : text;
}
