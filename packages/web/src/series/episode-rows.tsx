import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { WindowRow } from '../pieces/window-row.tsx';
import classes from './episode-row.module.css';

interface EpisodeRowsProps {
  count: number;
  keyOf: (index: number) => string;
  /** Draw only the rows near the window. Otherwise the browser's own search finds every one. */
  windowed: boolean;
  children: (index: number) => ReactNode;
}

/** The rows of a season. */
export function EpisodeRows({ windowed, ...props }: EpisodeRowsProps) {
  if (windowed) return <WindowedRows {...props} />;
  return (
    <ul className={classes.rows}>
      {Array.from({ length: props.count }, (_, index) => (
        <li key={props.keyOf(index)}>{props.children(index)}</li>
      ))}
    </ul>
  );
}

function WindowedRows({ count, keyOf, children }: Omit<EpisodeRowsProps, 'windowed'>) {
  const list = useRef<HTMLUListElement>(null);
  const margin = useTopOf(list);
  const rows = useWindowVirtualizer({
    count,
    getItemKey: keyOf,
    estimateSize: () => 55,
    overscan: 12,
    scrollMargin: margin,
  });
  return (
    <ul className={classes.rows} ref={list} style={{ height: rows.getTotalSize(), position: 'relative' }}>
      {rows.getVirtualItems().map((row) => (
        <WindowRow key={row.key} row={row} rows={rows} count={count} className={classes.placed}>
          {children(row.index)}
        </WindowRow>
      ))}
    </ul>
  );
}

/** The list's distance from the top of the document; it moves when a season above is folded or an episode's details open. */
function useTopOf(list: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop(Math.round((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
    measure();
    const height = new ResizeObserver(measure);
    height.observe(document.body);
    return () => height.disconnect();
  }, [list]);
  return top;
}
