import { useDragOperation } from '@dnd-kit/react';
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import classes from './item-rows.module.css';
import { WindowRow } from './window-row.tsx';

interface ItemRowsProps {
  count: number;
  keyOf: (index: number) => string;
  /** The last rows are near: time for the next page. */
  onEnd: () => void;
  children: (index: number) => ReactNode;
  /** Guessed height of a row in pixels, until it is measured. */
  height?: number;
}

/** A long list of which only the rows near the window, and the one that is being dragged, are in the document. */
export function ItemRows({ count, keyOf, onEnd, children, height = 62 }: ItemRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const margin = useTopOf(list);
  const dragged = useDraggedIndex();
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => height,
    getItemKey: keyOf,
    overscan: 8,
    scrollMargin: margin,
    rangeExtractor: (range: Range) => withDragged(defaultRangeExtractor(range), dragged),
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last + 40 >= count) onEnd();
  });
  return (
    <ul ref={list} className={`raised ${classes.rows}`} style={{ height: rows.getTotalSize() + 2 }}>
      {visible.map((row) => (
        <WindowRow key={row.key} row={row} rows={rows} count={count} className={classes.row}>
          {children(row.index)}
        </WindowRow>
      ))}
    </ul>
  );
}

/** The list's distance from the top of the document; it moves when downloads above it start and end. */
function useTopOf(list: React.RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const now = list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  return top;
}

function useDraggedIndex(): number | undefined {
  const { source } = useDragOperation();
  return (source?.data as { index?: number } | undefined)?.index;
}

function withDragged(indexes: number[], dragged: number | undefined): number[] {
  return dragged === undefined || indexes.includes(dragged) ? indexes : [...indexes, dragged].sort((a, b) => a - b);
}
