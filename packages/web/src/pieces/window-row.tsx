import type { VirtualItem, Virtualizer } from '@tanstack/react-virtual';
import type { ReactNode } from 'react';

interface WindowRowProps {
  row: VirtualItem;
  rows: Virtualizer<Window, Element>;
  count: number;
  className: string | undefined;
  children: ReactNode;
}

/** A row of a list that draws only those near the window: at its place, and measured. */
export function WindowRow({ row, rows, count, className, children }: WindowRowProps) {
  return (
    <li
      data-index={row.index}
      ref={rows.measureElement}
      className={className}
      aria-setsize={count}
      aria-posinset={row.index + 1}
      style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
    >
      {children}
    </li>
  );
}
