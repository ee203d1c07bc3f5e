import { Priority, type QueueItem } from '@aniworld/contracts';
import { Button, CloseButton, Group, Menu, Text } from '@mantine/core';
import { ChevronUp, Hand, Play, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from '../pieces/floating-bar.tsx';
import { useHold, useRemoveItems, useSetPriority } from './use-queue-actions.ts';

/** What to do with the chosen items; shown while there are any. */
export function WaitingSelection({ items, onClear }: { items: QueueItem[]; onClear: () => void }) {
  const { t } = useTranslation();
  const remove = useRemoveItems();
  if (items.length === 0) return null;
  return (
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {t('queue.selected', { count: items.length })}
      </Text>
      <Group gap="xs" ml="auto" justify="flex-end">
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
        <CloseButton aria-label={t('series.clearSelection')} onClick={onClear} />
      </Group>
    </FloatingBar>
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
    <Menu position="top">
      <Menu.Target>
        <Button variant="default" rightSection={<ChevronUp size={16} aria-hidden />} loading={set.isPending}>
          {t('priority.label')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Priority.options.map((priority) => (
          <Menu.Item key={priority} onClick={() => set.mutate({ items, priority })}>
            {t(`priority.${priority}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
