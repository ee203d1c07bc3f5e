import type { QueueItem } from '@aniworld/contracts';
import { type DragDropEventHandlers, DragDropProvider, DragOverlay, PointerSensor } from '@dnd-kit/react';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { showDone } from '../pieces/toast.tsx';
import { ItemName } from './item-name.tsx';
import classes from '../pieces/item-rows.module.css';
import { itemTitle } from './item-text.ts';
import { useMoveItem } from './use-queue-actions.ts';

/** The keyboard's way is each row's menu: with it a place ten thousand rows away is one step, not ten thousand. */
const SENSORS = [PointerSensor];

/** Lets the rows within be dragged to another place in the list. */
export function ReorderArea({ items, children }: { items: QueueItem[]; children: ReactNode }) {
  const move = useMoveItem();
  const drop: DragDropEventHandlers['onDragEnd'] = ({ operation, canceled }) => {
    const from = items.findIndex((item) => item.id === operation.source?.id);
    const to = items.findIndex((item) => item.id === operation.target?.id);
    const item = items[from];
    if (canceled || !item || to < 0 || from === to) return;
    move.mutate({ item, position: to }, { onSuccess: () => showDone(movedText(item, to)) });
  };
  return (
    <DragDropProvider sensors={SENSORS} onDragEnd={drop}>
      {children}
      <DragOverlay dropAnimation={null}>
        {(source) => {
          const item = items.find((one) => one.id === source.id);
          return item ? (
            <div className={classes.overlay}>
              <ItemName item={item} />
            </div>
          ) : null;
        }}
      </DragOverlay>
    </DragDropProvider>
  );
}

function movedText(item: QueueItem, position: number): string {
  return t('queue.moved', { name: itemTitle(item), position: position + 1 });
}
