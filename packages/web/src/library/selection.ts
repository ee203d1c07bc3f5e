import type { Series } from '@aniworld/contracts';

/** Which series a change of many is about: those chosen one by one, or all that the filter finds. */
export type Selection = ReadonlySet<string> | 'all';

export const NONE: Selection = new Set();

/** Chooses one series, or takes it out. Of all, the shown ones without it stay: the others nobody has seen. */
export function withSeries(selection: Selection, shown: readonly Series[], id: string, on: boolean): Selection {
  const ids = new Set(selection === 'all' ? shown.map((series) => series.id) : selection);
  if (on) ids.add(id);
  else ids.delete(id);
  return ids;
}

/** The chosen ones that are still shown: what no longer fits the filter is not changed behind a person's back. */
export function chosenOf(selection: Selection, shown: readonly Series[]): Series[] {
  return selection === 'all' ? [...shown] : shown.filter((series) => selection.has(series.id));
}

export function isChosen(selection: Selection, id: string): boolean {
  return selection === 'all' || selection.has(id);
}
