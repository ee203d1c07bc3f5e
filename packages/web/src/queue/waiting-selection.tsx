import { Priority, type QueueItem } from '@aniworld/contracts';
import { Button, Menu } from '@mantine/core';
import { Hand, Play, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { BarMenu } from '../pieces/bar-menu.tsx';
import { SelectionBar } from '../pieces/selection-bar.tsx';
import { useHold, useRemoveItems, useSetPriority } from './use-queue-actions.ts';

/** What to do with the chosen items; shown while there are any. */
export function WaitingSelection({ items, onClear }: { items: QueueItem[]; onClear: () => void }) {
  const { t } = useTranslation();
  const remove = useRemoveItems();
  if (items.length === 0) return null;
  return (
    <SelectionBar text={t('queue.selected', { count: items.length })} onClear={onClear}>
      <PriorityMenu items={items} />
      <Holding items={items.filter((item) => !item.held)} held />
      <Holding items={items.filter((item) => item.held)} held={false} />
      <Button
        color="red"
        variant="light"
        loading={remove.isPending}
        leftSection={<Trash2 size={16} aria-hidden />}
        onClick={() => remove.mutate(items, { onSuccess: onClear })}
      >
        {t('queue.remove')}
      </Button>
    </SelectionBar>
  );
}

/** Holds or releases those of the chosen items that it can be done with; nothing where there is none. */
function Holding({ items, held }: { items: QueueItem[]; held: boolean }) {
  const { t } = useTranslation();
  const hold = useHold();
  const Icon = held ? Hand : Play;
  if (items.length === 0) return null;
  return (
    <Button
      variant="default"
      loading={hold.isPending}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => hold.mutate({ items, held })}
    >
      {t(held ? 'queue.hold' : 'queue.release')}
    </Button>
  );
}

function PriorityMenu({ items }: { items: QueueItem[] }) {
  const { t } = useTranslation();
  const set = useSetPriority();
  return (
    <BarMenu label={t('priority.label')} loading={set.isPending}>
      {Priority.options.map((priority) => (
        <Menu.Item key={priority} onClick={() => set.mutate({ items, priority })}>
          {t(`priority.${priority}`)}
        </Menu.Item>
      ))}
    </BarMenu>
  );
}
