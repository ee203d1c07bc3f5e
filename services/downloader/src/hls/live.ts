import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Divider, Step } from './plan.ts';
import type { MediaPlaylist } from './playlist.ts';
import type { Segment } from './segment.ts';

/** A playlist that hasn't grown for so many target durations, and at least for so long, has stalled. */
const STALLED_TARGETS = 5;
const STALLED_SECONDS = 60;
/** Of one stream; an endless one has to end somewhere. */
const MOST_SEGMENTS = 100_000;
const MOST_SECONDS = 24 * 3_600;

export interface Following {
  /** As they were when it began, one for each track. */
  playlists: MediaPlaylist[];
  divider: Divider;
  /** Asks for one again. */
  reload: (url: string, signal: AbortSignal) => Promise<MediaPlaylist>;
  /** Called when nothing new has come for a while that is no stall yet. */
  onIdle: () => void;
}

/** What is known of one track of a stream that goes on. Written by `take` alone. */
interface LiveTrack {
  playlist: MediaPlaylist;
  next: number;
  /** Addresses by sequence number: what was listed once may go, never change. */
  known: Map<number, string>;
  seconds: number;
}

/**
 * The segments of a stream that goes on, as they are listed, until all of its playlists have ended (RFC 8216 section 6.3.4).
 * @throws Failure `bad_content` when segments went before they were seen, changed, or never end; `stalled` when no more come
 */
export async function* followTracks(following: Following, signal: AbortSignal): AsyncGenerator<Step, void> {
  const { divider, reload, onIdle } = following;
  const tracks = following.playlists.map(
    (playlist): LiveTrack => ({
      playlist,
      next: playlist.firstSequence,
      known: new Map(),
      seconds: 0,
    }),
  );
  let grown = performance.now();
  for (;;) {
    const asked = performance.now();
    const fresh = tracks.flatMap((track, number) => take(track).flatMap((segment) => divider.add(number, segment)));
    if (fresh.length > 0) grown = asked;
    yield* fresh;
    const going = tracks.filter(({ playlist }) => !playlist.ended);
    if (going.length === 0) return;
    const target = Math.max(...going.map(({ playlist }) => playlist.targetSeconds));
    const silent = (performance.now() - grown) / 1_000;
    if (silent > Math.max(STALLED_SECONDS, STALLED_TARGETS * target)) throw new Failure('stalled');
    onIdle();
    // Half of it when the last one brought nothing new.
    const wait = (fresh.length > 0 ? target : target / 2) * 1_000 - (performance.now() - asked);
    await delay(Math.max(0, wait), undefined, { signal });
    for (const track of going) track.playlist = await reload(track.playlist.url, signal);
  }
}

/** The segments that a playlist lists for the first time. */
function take(track: LiveTrack): Segment[] {
  const { playlist, known, next } = track;
  const { segments, firstSequence } = playlist;
  if (firstSequence > next) {
    throw lost(`segments ${next} to ${firstSequence - 1} of the running stream were gone before they could be fetched`);
  }
  for (const { sequence, url } of segments) {
    if (known.has(sequence) && known.get(sequence) !== url)
      throw lost(`segment ${sequence} of the running stream changed`);
  }
  // A cache may give an older list for a moment; one that says that it has ended means it.
  if (playlist.ended && firstSequence + segments.length < next) throw lost('the list of segments became shorter');
  const fresh = segments.filter(({ sequence }) => sequence >= next);
  for (const { sequence, url, seconds } of fresh) {
    known.set(sequence, url);
    track.seconds += seconds;
  }
  if (known.size > MOST_SEGMENTS || track.seconds > MOST_SECONDS) throw lost('the stream does not come to an end');
  track.next = next + fresh.length;
  return fresh;
}

const lost = (why: string) => new Failure('bad_content', `The download can’t be complete: ${why}.`);
