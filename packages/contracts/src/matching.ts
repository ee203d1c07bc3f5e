import { z } from 'zod';
import { rpc } from './define.ts';
import { ExplainedName } from './filename.ts';
import { Bytes, Empty, EpisodeNumber, Id, PageQuery, page, SeasonNumber, Timestamp } from './shared.ts';

export const Confidence = z.enum(['certain', 'likely', 'person', 'download']).meta({
  id: 'Confidence',
  description: 'certain: by an id, or a title and more; likely: by a title; person, download: known and not read',
});
export type Confidence = z.output<typeof Confidence>;

/** Why a file is no episode's. */
export const FileState = z.enum(['matched', 'unmatched', 'ambiguous', 'duplicate', 'ignored']).meta({
  id: 'FileState',
  description: 'ambiguous: several series or episodes fit; duplicate: another file of its episode is better',
});
export type FileState = z.output<typeof FileState>;
export const OpenState = FileState.exclude(['matched']);

/** A series that a file might belong to. */
export const Candidate = z
  .object({
    series_id: Id,
    title: z.string(),
    episode_ids: z.array(Id).meta({ description: 'What its numbers would mean there; empty when they fit nothing' }),
    score: z.int().min(0).max(100),
    reason: z.string(),
  })
  .meta({ id: 'Candidate' });
export type Candidate = z.output<typeof Candidate>;

/** The file that an episode has instead of a duplicate. */
export const Rival = z
  .object({
    episode_id: Id,
    season: SeasonNumber,
    episode: EpisodeNumber,
    file_id: Id,
    path: z.string(),
    size: Bytes,
    rule: z.string().meta({ description: 'Why that one is the episode’s' }),
  })
  .meta({ id: 'Rival' });

export const UnmatchedFile = z
  .object({
    id: Id,
    path: z.string(),
    size: Bytes,
    state: OpenState,
    series_id: Id.nullable(),
    reason: z.string(),
    seen_at: Timestamp,
    candidates: z.array(Candidate).max(5).meta({ description: 'Best first' }),
    rivals: z.array(Rival).meta({ description: 'Of a duplicate: the files that its episodes have' }),
  })
  .meta({ id: 'UnmatchedFile' });

export const MatchRule = z
  .object({
    id: Id,
    scope: z.enum(['file', 'folder', 'title']),
    target: z.string().meta({ description: 'A path, or a title in the form in which titles are compared' }),
    series_id: Id.nullable().meta({ description: 'Null: such files are ignored' }),
    season: SeasonNumber.nullable().meta({ description: 'Null: the season that the name says' }),
    number_offset: z.int().meta({ description: 'Added to the numbers in the name' }),
    episode_ids: z.array(Id).nullable().meta({ description: 'For one file: its episodes' }),
    created_at: Timestamp,
  })
  .meta({ id: 'MatchRule' });
export type MatchRule = z.output<typeof MatchRule>;

/** No file holds more episodes than this. */
export const MOST_EPISODES_PER_FILE = 26;

export const MatchRequest = z
  .object({
    file_ids: z.array(Id).min(1).max(1_000).optional(),
    folder: z.string().max(4_096).optional().meta({ description: 'All files below this folder, instead of file_ids' }),
    action: z
      .enum(['match', 'ignore', 'automatic'])
      .default('match')
      .meta({ description: 'automatic: forget what was chosen and read the names again' }),
    series_id: Id.optional(),
    season: SeasonNumber.optional().meta({ description: 'Instead of the one in the names' }),
    number_offset: z
      .int()
      .min(-99_999)
      .max(99_999)
      .default(0)
      .meta({ description: 'Added to the numbers in the names: -12 makes episode 13 the first' }),
    episodes: z
      .array(EpisodeNumber)
      .min(1)
      .max(MOST_EPISODES_PER_FILE)
      .optional()
      .meta({ description: 'For one file: its numbers in the season' }),
    episode_ids: z
      .array(Id)
      .min(1)
      .max(MOST_EPISODES_PER_FILE)
      .optional()
      .meta({ description: 'For one file: its episodes' }),
    remember: z.boolean().default(false).meta({ description: 'Keep it as a rule for files that come later' }),
    scope: z
      .enum(['folder', 'title'])
      .optional()
      .meta({ description: 'What the rule is for; by default the folder if one is named, else the title' }),
    dry_run: z.boolean().default(false).meta({ description: 'Only say what would happen' }),
  })
  .meta({ id: 'MatchRequest' });
export type MatchRequest = z.output<typeof MatchRequest>;

const MatchedFile = z.object({
  file_id: Id,
  path: z.string(),
  state: FileState,
  series_id: Id.nullable(),
  episode_ids: z.array(Id),
  confidence: Confidence.nullable(),
  reason: z.string(),
  changed: z.boolean().meta({ description: 'Whether it was otherwise before' }),
});

/** Which file holds which episode; a part of the group `anime`. */
export const matching = {
  unmatched: rpc('anime.unmatched', {
    summary: 'Files that are no episode’s, with the reason and what they might be',
    http: { method: 'get', path: '/anime/unmatched', access: 'read' },
    request: PageQuery.extend({
      kind: OpenState.optional().meta({ description: 'By default all but the ignored ones' }),
    }),
    reply: page(UnmatchedFile),
  }),
  match: rpc('anime.match', {
    summary: 'Say which series and episodes files hold',
    http: { method: 'post', path: '/anime/match', access: 'write' },
    request: MatchRequest,
    reply: z.object({
      items: z.array(MatchedFile).meta({ description: 'The first two hundred' }),
      total: z.int().min(0),
      changed: z.int().min(0),
      rule: MatchRule.nullable().meta({ description: 'The rule that was made' }),
    }),
    errors: ['SERIES_NOT_FOUND', 'EPISODE_NOT_FOUND', 'FILE_NOT_FOUND', 'MATCH_UNCLEAR'],
    timeout_ms: 30_000,
  }),
  matchRules: rpc('anime.match_rules', {
    summary: 'What people have decided about files, newest first',
    http: { method: 'get', path: '/anime/match/rules', access: 'read' },
    request: PageQuery.extend({ series_id: Id.optional() }),
    reply: page(MatchRule),
  }),
  removeMatchRule: rpc('anime.remove_match_rule', {
    summary: 'Take a rule back; its files are matched anew',
    http: { method: 'delete', path: '/anime/match/rules/{id}', status: 204, access: 'write' },
    request: z.object({ id: Id }),
    reply: Empty,
    errors: ['RULE_NOT_FOUND'],
    timeout_ms: 30_000,
  }),
  numbering: rpc('anime.numbering', {
    summary: 'How a provider has renumbered the episodes of a series, newest first',
    http: { method: 'get', path: '/anime/{id}/numbering', access: 'read' },
    request: PageQuery.extend({ id: Id }),
    reply: page(
      z
        .object({
          episode_id: Id,
          title: z.string(),
          changed_at: Timestamp,
          old_season: SeasonNumber,
          old_episode: EpisodeNumber,
          old_absolute: z.int().min(1).nullable(),
          new_season: SeasonNumber,
          new_episode: EpisodeNumber,
          new_absolute: z.int().min(1).nullable(),
        })
        .meta({ id: 'NumberingChange' }),
    ),
    errors: ['SERIES_NOT_FOUND'],
  }),
  parse: rpc('anime.parse', {
    summary: 'What names of files say about the episodes in them, and why',
    http: { method: 'post', path: '/anime/parse', access: 'read' },
    request: z.object({
      names: z
        .array(z.string().max(4_096))
        .min(1)
        .max(1_000)
        .meta({ description: 'Names or paths; the folders of a path count too' }),
    }),
    reply: z.object({ items: z.array(ExplainedName) }),
  }),
};
