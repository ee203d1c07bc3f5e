import { MOST_EPISODES_PER_FILE } from '@aniworld/contracts';
import type { ChosenSeries } from '../pieces/series-picker.tsx';
import type { MatchInput, OpenFile } from './file-queries.ts';

/** What a person says about some files. */
export interface MatchForm {
  /** A folder stands for all files in it; null: the chosen files. */
  folder: string | null;
  series: ChosenSeries | null;
  /** Empty: as the names say. */
  season: number | '';
  /** Added to the numbers in the names. */
  offset: number | '';
  /** For one file: its numbers, such as `3` or `3-4`; empty: as the name says. */
  episodes: string;
  remember: boolean;
  scope: 'title' | 'folder';
}

/** The request for it; null while it is not complete or a number makes no sense. */
export function requestOf(form: MatchForm, files: readonly OpenFile[]): MatchInput | null {
  const { folder, series, season, offset, episodes, remember, scope } = form;
  const single = isSingle(form, files);
  const numbers = single && episodes.trim() !== '' ? numbersOf(episodes) : undefined;
  if (series === null || numbers === null) return null;
  return {
    ...(folder === null ? { file_ids: files.map((file) => file.id) } : { folder }),
    action: 'match',
    series_id: series.id,
    ...(season !== '' && { season }),
    ...(numbers ? { episodes: numbers } : { number_offset: offset === '' ? 0 : offset }),
    remember,
    ...(remember && !numbers && { scope: folder === null ? scope : 'folder' }),
  };
}

/** Whether it is about one file alone, whose episodes can be named. */
export function isSingle({ folder }: Pick<MatchForm, 'folder'>, files: readonly OpenFile[]): boolean {
  return folder === null && files.length === 1;
}

/** `3`, `3, 4`, `3-5` as numbers; null when it is none of these, or more than a file can hold. */
export function numbersOf(text: string): number[] | null {
  const numbers = text
    .trim()
    .split(/[\s,;+]+/)
    .flatMap((part) => {
      const [, first, last] = /^(\d{1,5})(?:[-–](\d{1,5}))?$/.exec(part) ?? [];
      const from = Number(first);
      const length = Number(last ?? first) - from + 1;
      return length >= 1 && length <= MOST_EPISODES_PER_FILE
        ? Array.from({ length }, (_, index) => from + index)
        : Number.NaN;
    });
  return numbers.length <= MOST_EPISODES_PER_FILE && numbers.every((number) => number >= 1) ? numbers : null;
}
