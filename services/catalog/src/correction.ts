import { fail, type MatchRequest, type MatchRule, MOST_EPISODES_PER_FILE } from '@aniworld/contracts';
import { parseName } from '@aniworld/filename';
import { dirname, relative } from 'node:path';
import { decideAll, type Order } from './assign.ts';
import { indexTitles, type TitleIndex } from './match.ts';
import { type Numbering, titleTarget } from './rule.ts';
import type { Settled } from './settle.ts';
import { type Database, lockMatching, type Tx } from './store/database.ts';
import { episodeNumbers } from './store/episode.ts';
import type { FileRow } from './store/file.ts';
import { filesMeant } from './store/match.ts';
import { deleteRules, type NewRule, rulesFor, saveRule } from './store/rule.ts';
import { holdSeries, seriesNames } from './store/series.ts';

/** What a person says about files, and the rules that this makes. */
export interface Corrected {
  files: readonly (Settled & { id: string })[];
  rule: MatchRule | null;
}

/**
 * Does what a person says about files, all of it or nothing.
 * @throws FILE_NOT_FOUND, SERIES_NOT_FOUND, EPISODE_NOT_FOUND, MATCH_UNCLEAR
 */
export async function correct(db: Database, request: MatchRequest): Promise<Corrected> {
  const index = indexTitles(await seriesNames(db));
  return attempt(db, request.dry_run, async (tx) => {
    await lockMatching(tx);
    const files = await filesOf(tx, request);
    if (request.action === 'automatic') await forgetRules(tx, request, files);
    const numbering = request.action === 'match' ? await numberingOf(tx, request, files) : null;
    const series_id = numbering ? request.series_id! : null;
    const rule =
      request.remember && request.action !== 'automatic'
        ? await saveRule(tx, { ...ruleFor(request, files, numbering), series_id })
        : null;
    const order: Order =
      rule || request.action === 'automatic' ? 'anew' : { series_id, numbering: numbering ?? AS_IT_IS, pinned: true };
    return { files: await decideInParts(tx, files, index, order), rule: request.dry_run ? null : rule };
  });
}

/** Takes a rule back; its files are decided by their names again. @throws RULE_NOT_FOUND */
export async function removeRule(db: Database, id: string): Promise<void> {
  const index = indexTitles(await seriesNames(db));
  await db.transaction().execute(async (tx) => {
    await lockMatching(tx);
    const files = await filesMeant(tx, { rule: id });
    if ((await deleteRules(tx, [id])) === 0) throw fail('RULE_NOT_FOUND');
    await decideInParts(tx, files, index, 'anew');
  });
}

const AS_IT_IS: Numbering = { season: null, number_offset: 0, episode_ids: null };
const PART = 1_000;

/** What is tried is done and taken back, so that it says exactly what would happen. */
async function attempt<Result>(db: Database, dry: boolean, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  const tx = await db.startTransaction().execute();
  try {
    const result = await work(tx);
    await (dry ? tx.rollback() : tx.commit()).execute();
    return result;
  } catch (error) {
    if (!tx.isCommitted && !tx.isRolledBack) await tx.rollback().execute();
    throw error;
  }
}

async function decideInParts(tx: Tx, files: readonly FileRow[], index: TitleIndex, order: Order) {
  const ids = new Map(files.map((file) => [file.path, file.id]));
  const settled: Settled[] = [];
  for (let start = 0; start < files.length; start += PART)
    settled.push(...(await decideAll(tx, files.slice(start, start + PART), index, order)));
  return settled.map((one) => ({ ...one, id: ids.get(one.facts.path)! }));
}

async function filesOf(tx: Tx, { file_ids, folder, action }: MatchRequest): Promise<FileRow[]> {
  if ((file_ids === undefined) === (folder === undefined))
    throw fail('MATCH_UNCLEAR', { detail: 'Name either files or a folder.' });
  if (file_ids) {
    const ids = [...new Set(file_ids)];
    const files = await filesMeant(tx, { ids });
    if (files.length < ids.length) throw fail('FILE_NOT_FOUND');
    return files;
  }
  const files = await filesMeant(tx, { folder: plainFolder(folder!) });
  if (files.length === 0) throw fail('FILE_NOT_FOUND');
  // What was downloaded for an episode, and what lies beside episodes, is not meant by a folder's series.
  return action === 'match' ? files.filter((file) => file.confidence !== 'download' && file.kind === 'episode') : files;
}

const plainFolder = (folder: string) => folder.replace(/(?<=.)\/+$/, '');

async function numberingOf(tx: Tx, request: MatchRequest, files: readonly FileRow[]): Promise<Numbering> {
  const { series_id, season = null, number_offset, episodes, episode_ids } = request;
  if (series_id === undefined) throw fail('MATCH_UNCLEAR', { detail: 'Name the series.' });
  if ((await holdSeries(tx, [series_id])).length === 0) throw fail('SERIES_NOT_FOUND');
  if (!episodes && !episode_ids) return { season, number_offset, episode_ids: null };
  if (files.length !== 1 || (episodes && episode_ids)) throw fail('MATCH_UNCLEAR');
  const known = await episodeNumbers(tx, [series_id]);
  const ids = episode_ids ?? idsOf(episodes!, season, files[0]!, known);
  if (!ids.every((id) => known.some((episode) => episode.id === id))) throw fail('EPISODE_NOT_FOUND');
  return { season: null, number_offset: 0, episode_ids: [...new Set(ids)].slice(0, MOST_EPISODES_PER_FILE) };
}

function idsOf(
  numbers: readonly number[],
  season: number | null,
  file: FileRow,
  known: Awaited<ReturnType<typeof episodeNumbers>>,
): string[] {
  const seasons = new Set(known.flatMap((episode) => (episode.season > 0 ? episode.season : [])));
  const only = seasons.size === 1 ? [...seasons][0] : undefined;
  const meant = season ?? parseName(relative(file.root, file.path)).season ?? only;
  if (meant === undefined) throw fail('MATCH_UNCLEAR', { detail: 'Name the season: the series has several.' });
  return numbers.map((number) => {
    const found = known.find((episode) => episode.season === meant && episode.episode === number);
    if (!found) throw fail('EPISODE_NOT_FOUND');
    return found.id;
  });
}

/** What a rule for these files is about: the file when its episodes were named, else their folder or their title. */
function ruleFor(
  { folder, scope }: MatchRequest,
  files: readonly FileRow[],
  numbering: Numbering | null,
): Omit<NewRule, 'series_id'> {
  const rest = numbering ?? AS_IT_IS;
  if (rest.episode_ids) return { ...rest, scope: 'file', target: files[0]!.path };
  if (folder !== undefined && scope !== 'title') return { ...rest, scope: 'folder', target: plainFolder(folder) };
  if (scope === 'folder') return { ...rest, scope, target: folderOf(files) };
  const titles = new Set(files.map((file) => titleTarget(parseName(relative(file.root, file.path)))));
  const [title] = titles;
  if (titles.size !== 1 || title === undefined || title === null)
    throw fail('MATCH_UNCLEAR', { detail: 'These files have no title in common. Make a rule for their folder.' });
  return { ...rest, scope: 'title', target: title };
}

function folderOf(files: readonly FileRow[]): string {
  const folders = new Set(files.map((file) => dirname(file.path)));
  const [folder] = folders;
  if (folders.size !== 1 || folder === undefined || folder === files[0]!.root)
    throw fail('MATCH_UNCLEAR', { detail: 'These files have no folder of their own. Make a rule for their title.' });
  return folder;
}

async function forgetRules(tx: Tx, { folder }: MatchRequest, files: readonly FileRow[]): Promise<void> {
  const targets = files.map((file) => ({ scope: 'file' as const, target: file.path }));
  const own = folder === undefined ? [] : [{ scope: 'folder' as const, target: plainFolder(folder) }];
  const rules = await rulesFor(tx, [...targets, ...own]);
  await deleteRules(
    tx,
    rules.map((rule) => rule.id),
  );
}
