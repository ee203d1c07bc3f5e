import type { QueueItem } from '@aniworld/contracts';
import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { CircleAlert, Ellipsis, History, RotateCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { formatMoment } from '../format/moment.ts';
import { ItemName } from './item-name.tsx';
import classes from '../pieces/item-rows.module.css';
import { itemTitle } from './item-text.ts';
import { useOpenItem } from './open-item.ts';
import { useRemoveItems, useRetry } from './use-queue-actions.ts';

/** A file that arrived, or a download that was cancelled: when, how large, where. */
export function FinishedRow({ item }: { item: QueueItem }) {
  const { i18n } = useTranslation();
  const when = item.finished_at && formatMoment(item.finished_at, i18n.language);
  const size = item.state === 'completed' && item.bytes_total !== null && formatBytes(item.bytes_total, i18n.language);
  return (
    <div className={classes.line}>
      <div className={classes.name}>
        <ItemName item={item} />
        {item.path && (
          <Text size="xs" c="dimmed" className="path" lineClamp={2}>
            {item.path}
          </Text>
        )}
      </div>
      <Text size="xs" c="dimmed" className="numbers" ta="right" maw={110}>
        {[size, when].filter(Boolean).join(' · ')}
      </Text>
      <PastMenu item={item} />
    </div>
  );
}

/** A download that gave up: the reason in a few words, the detail, the advice, and another try. */
export function FailedRow({ item }: { item: QueueItem }) {
  const { t } = useTranslation();
  const retry = useRetry();
  const cause = item.error_cause ?? 'internal';
  return (
    <div className={classes.line}>
      <div className={classes.name}>
        <ItemName item={item} />
        <Text size="sm" fw={600} c="light-dark(#b02525, #ff9b9b)" mt={4}>
          <CircleAlert size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t(`cause.${cause}`)}
        </Text>
        <Text size="sm" c="dimmed">
          {item.error_detail} {t(`advice.${cause}`)}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Button
          size="xs"
          variant="light"
          visibleFrom="xs"
          leftSection={<RotateCw size={14} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate({ ids: [item.id] })}
        >
          {t('queue.retry')}
        </Button>
        <PastMenu item={item} />
      </Group>
    </div>
  );
}

interface PastMenuProps {
  item: QueueItem;
}

/** What can still be done with an item that has ended. */
function PastMenu({ item }: PastMenuProps) {
  const { t } = useTranslation();
  const open = useOpenItem();
  return (
    <Menu position="bottom-end">
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
        <Menu.Item leftSection={<History size={16} aria-hidden />} onClick={() => open(item.id)}>
          {t('queue.history')}
        </Menu.Item>
        {item.state !== 'completed' && <Failed item={item} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function Failed({ item }: PastMenuProps) {
  const { t } = useTranslation();
  const retry = useRetry();
  const remove = useRemoveItems();
  return (
    <>
      <Menu.Item leftSection={<RotateCw size={16} aria-hidden />} onClick={() => retry.mutate({ ids: [item.id] })}>
        {t('queue.retry')}
      </Menu.Item>
      {item.state === 'failed' && item.error_cause && (
        <Menu.Item
          leftSection={<RotateCw size={16} aria-hidden />}
          onClick={() => retry.mutate({ cause: item.error_cause! })}
        >
          {t('queue.retryCause')}
        </Menu.Item>
      )}
      <Menu.Item color="red" leftSection={<Trash2 size={16} aria-hidden />} onClick={() => remove.mutate([item])}>
        {t('queue.remove')}
      </Menu.Item>
    </>
  );
}
