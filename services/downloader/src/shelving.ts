import { killPoint } from '@aniworld/chassis';
import type { MediaFacts, Resolved } from '@aniworld/contracts';
import { episodePath, mediaNames } from '@aniworld/naming';
import { PAYLOAD_VERSION, type Publishing } from './checkpoint.ts';
import type { Equipment } from './equipment.ts';
import { fenced } from './fence.ts';
import type { Held } from './keeper.ts';
import { inLibrary } from './library.ts';
import { octal, publishPart } from './publish.ts';
import { reserveName } from './reservation.ts';
import type { Leased } from './store/lease.ts';

/** A part file that is whole and verified. */
export interface Finished {
  size: number;
  sha256: string;
  ext: string;
  /** null: nobody has looked. */
  facts: MediaFacts | null;
}

/** Gives a part file its place in the library: announced first, so that a crash at any moment can be settled. @throws Failure */
export async function shelve(
  { announce, settings }: Equipment,
  item: Leased,
  resolved: Resolved,
  { size, sha256, ext, facts }: Finished,
  { signal, progressed, isFresh }: Held,
): Promise<Publishing> {
  const { folder, names } = resolved;
  const { library } = settings.current;
  const file = { size, sha256 };
  const relative = episodePath(library.naming, { ...names, ...mediaNames(facts), ext });
  const replaced = library.recycle ? (resolved.replaces ?? []) : [];
  const room = replaced.map(({ path }) => path);
  const wanted = {
    folder,
    relative,
    lease: item,
    isHeld: isFresh,
    file,
    replaced: room,
    folderMode: octal(library.folder_mode),
  };
  for (;;) {
    await using name = await inLibrary(folder, () => reserveName(wanted));
    const { path } = name;
    const publishing: Publishing = { v: PAYLOAD_VERSION, folder, epoch: item.lease_epoch, path, ...file, replaced };
    signal.throwIfAborted();
    if (!(await announce(item, publishing))) throw fenced('publishing');
    await killPoint('publish.announced');
    const options = { rights: library, folder: name.folder, signal, progressed };
    const published = await inLibrary(folder, () => publishPart(item.id, publishing, options));
    await killPoint('publish.linked');
    if (published) return publishing;
  }
}
