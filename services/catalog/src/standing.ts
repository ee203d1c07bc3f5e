import type { FailureCause, Standing, WantedEpisode } from '@aniworld/contracts';

/** What is known of an episode: its own state, and what the queue told of it last (all null: nothing yet). */
export interface EpisodeFacts {
  has_file: boolean;
  monitored: boolean;
  /** Its day has come, or is not known. */
  aired: boolean;
  state: string | null;
  cause: string | null;
}

/** Where an episode stands. What the queue does with it says more than that nobody wants it. */
export function standingOf({ has_file, monitored, aired, state, cause }: EpisodeFacts): Standing {
  if (has_file) return 'has_file';
  if (state === 'pending') return 'queued';
  if (state === 'downloading') return 'downloading';
  if (!monitored) return 'not_monitored';
  if (!aired) return 'not_aired';
  if (state === 'failed') return cause === 'no_source' || cause === 'gone' ? 'no_source' : 'failed';
  if (state === 'completed') return 'file_lost';
  if (state === 'cancelled' || state === 'removed') return state;
  return 'never_queued';
}

const causes: Record<FailureCause, string> = {
  network: 'the connection broke',
  timeout: 'the host did not answer in time',
  stalled: 'no more bytes came',
  http_4xx: 'the host refused it',
  gone: 'the host no longer has it',
  http_5xx: 'the host had an error',
  rate_limited: 'the host wants fewer requests',
  auth: 'the host wants a login',
  bad_content: 'what came was no video',
  checksum: 'what came was damaged',
  no_source: 'no provider offers it',
  no_space: 'the disk was full',
  permission: 'the library folder can’t be written',
  path: 'its file name can’t be used',
  cancelled: 'it was cancelled',
  worker_lost: 'the worker was lost again and again',
  shutdown: 'the server was stopping',
  internal: 'of an error in the server',
};

/** Where an episode stands, in a sentence for the user. */
export function sentenceOf(episode: WantedEpisode): string {
  const { standing, cause, failures, auto_download, air_date } = episode;
  const because = cause ? ` because ${causes[cause]}` : '';
  const times = failures > 1 ? ` ${failures} times` : '';
  const byItself = auto_download ? ' The server will queue it by itself.' : ' Queue it to download it.';
  const sentences: Record<Standing, string> = {
    has_file: 'It is there.',
    not_monitored: 'It is missing because nobody wants it: it is not monitored.',
    not_aired: `It has not aired yet${air_date ? `; it airs on ${air_date}` : ''}.`,
    never_queued: `It is missing because it was never queued.${byItself}`,
    queued: 'It waits in the queue.',
    downloading: 'It is being downloaded.',
    failed: `It is missing because its download failed${times}${because}.`,
    no_source: 'It is missing because no provider offers it just now.',
    cancelled: 'It is missing because its download was cancelled.',
    removed: 'It is missing because it was taken out of the queue.',
    file_lost: 'It was downloaded, but its file is not in the library (any more).',
  };
  return sentences[standing];
}
