import type { Series } from '@aniworld/contracts';
import { useElementSize } from '@mantine/hooks';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { SeriesSort } from './library-search.ts';
import { SeriesCard } from './series-card.tsx';
import classes from './series-grid.module.css';

const GAP = 18;
/** Title, counts and their space below the poster. */
const CAPTION = 74;

interface SeriesGridProps {
  series: Series[];
  sort: SeriesSort;
  onEnd: () => void;
  /** While series are being chosen. */
  isChosen?: (id: string) => boolean;
  onChoose?: (id: string, on: boolean) => void;
}

/** Posters in rows of which only those near the window are in the document: ten thousand cost what thirty cost. */
export function SeriesGrid({ series, sort, onEnd, isChosen, onChoose }: SeriesGridProps) {
  const { ref: sizeRef, width } = useElementSize();
  const top = useRef<HTMLDivElement>(null);
  const columns = columnsIn(width);
  const rows = useWindowVirtualizer({
    count: Math.ceil(series.length / columns),
    estimateSize: () => ((width - GAP * (columns - 1)) / columns) * 1.5 + CAPTION + GAP,
    overscan: 3,
    scrollMargin: top.current?.offsetTop ?? 0,
  });
  useEffect(() => rows.measure(), [rows, width, columns]);
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if ((last + 4) * columns >= series.length) onEnd();
  });
  return (
    <div ref={top}>
      <div ref={sizeRef} style={{ height: rows.getTotalSize(), position: 'relative' }} role="list">
        {width > 0 &&
          visible.map((row) => (
            <div
              key={row.key}
              role="presentation"
              className={classes.row}
              style={{
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
                columnGap: GAP,
                transform: `translateY(${row.start - rows.options.scrollMargin}px)`,
              }}
            >
              {series.slice(row.index * columns, (row.index + 1) * columns).map((one) => (
                <SeriesCard
                  key={one.id}
                  series={one}
                  sort={sort}
                  {...(onChoose && { onChoose, chosen: isChosen?.(one.id) ?? false })}
                />
              ))}
            </div>
          ))}
      </div>
    </div>
  );
}

function columnsIn(width: number): number {
  return Math.max(2, Math.floor((width + GAP) / (width < 600 ? 130 : 186)));
}
