import type { QueueItem } from '@aniworld/contracts';
import { Checkbox, Text } from '@mantine/core';
import { GripVertical, Hand } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { ItemName } from './item-name.tsx';
import classes from '../pieces/item-rows.module.css';
import { itemLabel } from './item-text.ts';
import { useRowDrag } from './row-drag.ts';
import { WaitingMenu } from './waiting-menu.tsx';

interface WaitingRowProps {
  item: QueueItem;
  position: number;
  /** The last position that is known. */
  last: number;
  selected: boolean;
  onSelect: (on: boolean) => void;
}

/** One waiting item: a handle to drag it by, its name, its priority, its menu. */
export const WaitingRow = memo(function WaitingRow({ item, position, last, selected, onSelect }: WaitingRowProps) {
  const { t } = useTranslation();
  const { ref, handleRef, isDragging, side } = useRowDrag(item.id, position);
  return (
    <div
      ref={ref}
      className={classes.line}
      data-dragged={isDragging || undefined}
      data-held={item.held || undefined}
      data-selected={selected || undefined}
      data-target={side ?? undefined}
    >
      <Checkbox
        size="sm"
        aria-label={t('queue.select', { name: itemLabel(item) })}
        checked={selected}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <button type="button" ref={handleRef} className={classes.handle} tabIndex={-1} aria-label={t('queue.drag')}>
        <GripVertical size={18} aria-hidden />
      </button>
      <div className={classes.name}>
        <ItemName item={item} />
        <Waits item={item} />
      </div>
      {item.held && (
        <span className={classes.chip} data-held title={t('queue.isHeldHint')}>
          <Hand size={12} aria-hidden />
          {t('queue.isHeld')}
        </span>
      )}
      {item.priority !== 'normal' && (
        <span className={classes.chip} data-priority={item.priority}>
          {t(`priority.${item.priority}`)}
        </span>
      )}
      <WaitingMenu item={item} position={position} last={last} />
    </div>
  );
}, sameButForHandler);

/** The handler is made anew at each drawing but does the same. */
function sameButForHandler(a: WaitingRowProps, b: WaitingRowProps): boolean {
  return a.item === b.item && a.position === b.position && a.last === b.last && a.selected === b.selected;
}

function Waits({ item }: { item: QueueItem }) {
  const { t, i18n } = useTranslation();
  if (item.attempt === 0 && !item.not_before) return null;
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' });
  const facts = [
    item.attempt > 0 && t('queue.attempt', { attempt: item.attempt, max: item.max_attempts }),
    item.not_before && t('queue.notBefore', { time: time.format(new Date(item.not_before)) }),
  ];
  return (
    <Text size="xs" c="var(--page-attention)" className="numbers">
      {facts.filter(Boolean).join(' · ')}
    </Text>
  );
}
