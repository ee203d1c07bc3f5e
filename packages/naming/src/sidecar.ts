/** What may stand beside an episode's file. */
export type Sidecar =
  | { kind: 'nfo' }
  | { kind: 'still'; ext: string }
  | { kind: 'subtitle'; language: string; ext: string; forced?: boolean; hearing_impaired?: boolean };

/** The path of what stands beside an episode's file, as Kodi, Jellyfin and Plex look for it. */
export function sidecarPath(episode: string, sidecar: Sidecar): string {
  const stem = episode.slice(0, episode.lastIndexOf('.'));
  if (sidecar.kind === 'nfo') return `${stem}.nfo`;
  if (sidecar.kind === 'still') return `${stem}-thumb.${plain(sidecar.ext)}`;
  const flags = [sidecar.forced && 'forced', sidecar.hearing_impaired && 'sdh'].filter(Boolean);
  // A language tag of up to 12 characters keeps the name within the room that is left for it.
  const language = sidecar.language.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 12) || 'und';
  return [stem, language, ...flags, plain(sidecar.ext)].join('.');
}

/**
 * The folder of a whole series, where its `tvshow.nfo` and `poster.jpg` belong: the first folder of the template. Null for
 * a template without folders, whose series share one.
 * @param relative an episode's path below the library folder
 */
export function seriesFolder(relative: string): string | null {
  const [first, ...rest] = relative.split('/');
  return first === undefined || rest.length === 0 ? null : first;
}

const plain = (ext: string) =>
  ext
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 4);
