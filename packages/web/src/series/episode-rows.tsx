import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import classes from './episode-row.module.css';

/** Below this a season is drawn whole: the browser's own search then finds every episode. */
const WHOLE = 150;

interface EpisodeRowsProps {
  count: number;
  children: (index: number) => ReactNode;
}

/** The rows of a season; of a long one only those near the window are in the document. */
export function EpisodeRows({ count, children }: EpisodeRowsProps) {
  if (count > WHOLE) return <WindowedRows count={count}>{children}</WindowedRows>;
  return <ul className={classes.rows}>{Array.from({ length: count }, (_, index) => children(index))}</ul>;
}

function WindowedRows({ count, children }: EpisodeRowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const top = list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(top - margin) > 1) setMargin(top);
  });
  const rows = useWindowVirtualizer({ count, estimateSize: () => 55, overscan: 12, scrollMargin: margin });
  const visible = rows.getVirtualItems();
  return (
    <ul className={classes.rows} ref={list} style={{ height: rows.getTotalSize(), position: 'relative' }}>
      <div role="presentation" style={{ transform: `translateY(${(visible[0]?.start ?? margin) - margin}px)` }}>
        {visible.map((row) => children(row.index))}
      </div>
    </ul>
  );
}
