export { isOfFolder, namesBeside } from './beside.ts';
export { mediaNames } from './media.ts';
export { type EpisodeNames, episodePath } from './path.ts';
export { previewNaming } from './preview.ts';
export { MOST_BYTES, safeName, SIDECAR_ROOM } from './safe.ts';
export { foldName, numbered } from './taken.ts';
export { seriesFolder, sidecarPath, type Sidecar } from './sidecar.ts';
