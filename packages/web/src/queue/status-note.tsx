import type { QueueStatus } from '@aniworld/contracts';
import { Alert, Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CirclePause, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { stateOf } from './queue-status.ts';

/** Why nothing new starts, and what to do about it; nothing while the queue runs. */
export function StatusNote({ status }: { status: QueueStatus }) {
  const { t } = useTranslation();
  const state = stateOf(status);
  return (
    <>
      {(state === 'paused' || state === 'stopped') && (
        <Alert color="gray" icon={<CirclePause size={18} aria-hidden />}>
          {t(`queue.${state}Hint`)}
        </Alert>
      )}
      {status.reason && <ServerNote reason={status.reason} />}
    </>
  );
}

/** A full disk or quiet hours: the server's own sentence first. */
function ServerNote({ reason }: { reason: string }) {
  const { t } = useTranslation();
  return (
    <Alert color="kaki" icon={<TriangleAlert size={18} aria-hidden />} title={reason}>
      <Text size="sm">{t('queue.shutHint')}</Text>
      <Button component={Link} to="/config" size="compact-sm" variant="light" mt={8}>
        {t('queue.toSettings')}
      </Button>
    </Alert>
  );
}
