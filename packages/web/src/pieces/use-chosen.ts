import { useCallback, useState } from 'react';

/** Which rows of a list are chosen, by their ids. The functions stay the same from drawing to drawing. */
export function useChosen() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = useCallback(
    (ids: string[], on: boolean) =>
      setChosen((known) => (on ? known.union(new Set(ids)) : known.difference(new Set(ids)))),
    [],
  );
  const clear = useCallback(() => setChosen(new Set()), []);
  return { chosen, setChosen, choose, clear };
}
