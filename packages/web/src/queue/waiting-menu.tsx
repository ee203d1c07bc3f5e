import { Priority, type QueueItem } from '@aniworld/contracts';
import { ActionIcon, Menu } from '@mantine/core';
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  ArrowUpToLine,
  Check,
  Ellipsis,
  Hand,
  History,
  Play,
  Trash2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { showDone } from '../pieces/toast.tsx';
import { itemTitle } from './item-text.ts';
import { useOpenItem } from './open-item.ts';
import { useHold, useMoveItem, useRemoveItems, useSetPriority } from './use-queue-actions.ts';

interface WaitingMenuProps {
  item: QueueItem;
  position: number;
  last: number;
}

/** Everything that can be done with a waiting item, without a mouse too. */
export function WaitingMenu({ item, position, last }: WaitingMenuProps) {
  const { t } = useTranslation();
  const open = useOpenItem();
  const remove = useRemoveItems();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon
          data-opens={item.id}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t('action.more', { name: itemTitle(item) })}
        >
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Moves item={item} position={position} last={last} />
        <Menu.Divider />
        <Priorities item={item} />
        <Menu.Divider />
        <Hold item={item} />
        <Menu.Item leftSection={<History size={16} aria-hidden />} onClick={() => open(item.id)}>
          {t('queue.history')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={() => remove.mutate([item])}>
          {t('queue.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Hold({ item }: { item: QueueItem }) {
  const { t } = useTranslation();
  const hold = useHold();
  const Icon = item.held ? Play : Hand;
  return (
    <Menu.Item
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => hold.mutate({ items: [item], held: !item.held })}
    >
      {t(item.held ? 'queue.release' : 'queue.hold')}
    </Menu.Item>
  );
}

function Moves({ item, position, last }: WaitingMenuProps) {
  const { t } = useTranslation();
  const move = useMoveItem();
  const moves = [
    { key: 'moveTop', to: 0, icon: ArrowUpToLine },
    { key: 'moveUp', to: position - 1, icon: ArrowUp },
    { key: 'moveDown', to: position + 1, icon: ArrowDown },
    { key: 'moveBottom', to: last, icon: ArrowDownToLine },
  ] as const;
  const go = (to: number) =>
    move.mutate(
      { item, position: to },
      { onSuccess: () => showDone(t('queue.moved', { name: itemTitle(item), position: to + 1 })) },
    );
  return moves.map(({ key, to, icon: Icon }) => (
    <Menu.Item
      key={key}
      disabled={to < 0 || to > last || to === position}
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => go(to)}
    >
      {t(`queue.${key}`)}
    </Menu.Item>
  ));
}

function Priorities({ item }: { item: QueueItem }) {
  const { t } = useTranslation();
  const set = useSetPriority();
  return (
    <>
      <Menu.Label>{t('priority.label')}</Menu.Label>
      {Priority.options.map((priority) => (
        <Menu.Item
          key={priority}
          rightSection={item.priority === priority ? <Check size={15} aria-hidden /> : null}
          onClick={() => set.mutate({ items: [item], priority })}
        >
          {t(`priority.${priority}`)}
        </Menu.Item>
      ))}
    </>
  );
}
