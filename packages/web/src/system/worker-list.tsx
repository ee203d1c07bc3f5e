import { Badge, Group, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatSpeed } from '../format/bytes.ts';
import { formatMoment } from '../format/moment.ts';
import { useProgress } from '../queue/progress.ts';
import type { WorkerInfo } from './system-query.ts';
import classes from './worker-list.module.css';

interface WorkerListProps {
  /** Null when nobody could be asked. */
  workers: WorkerInfo[] | null;
  /** The system's; a worker of another one says so. */
  version: string;
}

/** Every worker process: where it runs, how busy it is, what it downloads. */
export function WorkerList({ workers, version }: WorkerListProps) {
  const { t } = useTranslation();
  if (!workers?.length) {
    return (
      <Text size="sm" c="var(--page-attention)">
        {t(workers ? 'system.noWorkers' : 'system.workersUnknown')}
      </Text>
    );
  }
  return (
    <ul className={classes.workers}>
      {workers.map((worker) => (
        <Worker key={worker.name} worker={worker} version={version} />
      ))}
    </ul>
  );
}

function Worker({ worker, version }: { worker: WorkerInfo; version: string }) {
  const { t, i18n } = useTranslation();
  const facts = [
    worker.machine,
    worker.version !== version && t('system.otherVersion', { version: worker.version }),
    t('system.since', { time: formatMoment(worker.started_at, i18n.language) }),
  ];
  return (
    <li className={classes.worker}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text fw={600} size="sm">
            {worker.name}
          </Text>
          {worker.tags.map((tag) => (
            <Badge key={tag} size="sm" variant="light" color="gray">
              {tag}
            </Badge>
          ))}
        </Group>
        <Text size="sm" className="numbers">
          {t('system.places', { active: worker.active, slots: worker.slots })} ·{' '}
          {worker.active > 0 ? formatSpeed(worker.speed, i18n.language) : t('system.idle')}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" className="numbers">
        {facts.filter(Boolean).join(' · ')}
      </Text>
      {worker.items.length > 0 && (
        <Stack gap={6} mt={8}>
          {worker.items.map((item) => (
            <WorkerItem key={item.id} item={item} />
          ))}
        </Stack>
      )}
    </li>
  );
}

function WorkerItem({ item }: { item: WorkerInfo['items'][number] }) {
  const { t } = useTranslation();
  const percent = useProgress(item.id)?.percent ?? item.percent;
  const title = item.title ?? t('queue.unnamed');
  return (
    <div className={classes.item}>
      <Text size="sm" truncate>
        <Link to="/queue" search={{ item: item.id }} className="plain">
          {title}
        </Link>
      </Text>
      <Progress value={percent} size="sm" aria-label={title} />
      <Text size="xs" c="dimmed" ta="right" className="numbers">
        {Math.floor(percent)} %
      </Text>
    </div>
  );
}
