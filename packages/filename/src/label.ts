import type { FileKind } from '@aniworld/contracts';

/** What a run of words was taken for. Words in no label are words of a title. */
interface Run {
  from: number;
  /** The word after the last. */
  to: number;
}

/** One number or several of a file, as they stand in a row. */
export interface Numbers extends Run {
  numbers: number[];
  /** Instead of numbers: `01b`. */
  text: string | null;
  version: number | null;
  /** Of the first, as written. */
  digits: string;
}

export type Label =
  | (Run & { kind: 'in season'; season: number; episodes: number[]; version: number | null; rule: string })
  | (Run & { kind: 'season'; season: number })
  | (Numbers & { kind: 'episode'; rule: string })
  | (Numbers & { kind: 'number' })
  | (Numbers & { kind: 'special'; type: FileKind })
  | (Run & { kind: 'date'; date: string })
  | (Run & { kind: 'part'; number: number })
  | (Run & { kind: 'year'; year: number })
  | (Run & { kind: 'version'; version: number })
  | (Run & { kind: 'resolution'; text: string })
  | (Run & { kind: 'crc32'; text: string })
  | (Run & { kind: 'id'; site: string; id: string })
  | (Run & { kind: 'type'; type: FileKind })
  | (Run & { kind: 'tag' })
  | (Run & { kind: 'noise'; version: number | null })
  | (Run & { kind: 'title number' })
  | (Run & { kind: 'hash' });

export type LabelOf<Kind extends Label['kind']> = Extract<Label, { kind: Kind }>;
