import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from './shelf/clip.ts';
import { harbour } from './shelf/harbour.ts';
import { observatory } from './shelf/observatory.ts';
import { poster } from './shelf/poster.ts';
import type { Frame, Moment } from './shelf/scene.ts';
import { tune } from './shelf/tune.ts';

/**
 * Makes the clips and posters of the sample shelf from `services/catalog/shelf/index.json` and writes each clip's size and
 * SHA-256 back into it. Words, numbers, dates and lengths are edited in the index; everything else is drawn and played
 * from them. Needs ffmpeg with libx264 on the PATH. `node scripts/make-shelf.ts [file ...]` makes only the clips named,
 * such as `paper-boat-post/s01e01.mp4`.
 */
const shelf = fileURLToPath(new URL('../services/catalog/shelf/', import.meta.url));
const indexFile = join(shelf, 'index.json');

type Episode = {
  season: number;
  episode: number;
  title: string;
  duration: number;
  file: string;
  size?: number;
  sha256?: string;
};
type Show = { id: string; title: string; poster: string; episodes: Episode[] };

/** How each show looks and sounds, and how its title breaks on the poster. */
const looks: Record<string, { scene: (moment: Moment) => Frame; mood: 0 | 1; words: string[] }> = {
  'paper-boat-post': { scene: harbour, mood: 0, words: ['Paper', 'Boat Post'] },
  'moonlit-noodle-observatory': { scene: observatory, mood: 1, words: ['Moonlit', 'Noodle', 'Observatory'] },
};

const only = process.argv.slice(2);
const index = JSON.parse(await readFile(indexFile, 'utf8')) as { shows: Show[] };
const work = await mkdtemp(join(tmpdir(), 'shelf-'));
try {
  for (const show of index.shows) await makeShow(show);
} finally {
  await rm(work, { recursive: true });
}
await writeFile(indexFile, `${JSON.stringify(index, null, 2)}\n`);

async function makeShow(show: Show): Promise<void> {
  const look = looks[show.id];
  if (!look) throw new Error(`No look for the show ${show.id}`);
  await mkdir(dirname(join(shelf, show.poster)), { recursive: true });
  await writeFile(join(shelf, show.poster), poster(show.id, look.words));
  for (const [place, episode] of show.episodes.entries()) {
    if (only.length > 0 && !only.includes(episode.file)) continue;
    await makeEpisode(show, episode, place);
  }
}

async function makeEpisode(show: Show, episode: Episode, place: number): Promise<void> {
  const look = looks[show.id];
  if (!look) return;
  const label = `S${two(episode.season)}E${two(episode.episode)}`;
  const seconds = episode.duration;
  const frame = look.scene({ label, place, seconds });
  const sound = tune(`${show.id} ${label}`, seconds, look.mood);
  const file = join(shelf, episode.file);
  await encode({ show: show.title, label, title: episode.title, seconds, frame, sound }, file, work);
  const bytes = await readFile(file);
  episode.size = bytes.length;
  episode.sha256 = createHash('sha256').update(bytes).digest('hex');
  console.log(`${episode.file}  ${bytes.length}  ${episode.sha256}`);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
