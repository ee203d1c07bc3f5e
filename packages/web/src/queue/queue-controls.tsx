import type { QueueStatus } from '@aniworld/contracts';
import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pause, Play, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { patchStatus } from '../cache/queue-patch.ts';
import { api } from '../session/api.ts';

const ICONS = { pause: Pause, resume: Play, start: Play, stop: Square };
type Command = keyof typeof ICONS;

/** The two commands that make sense now. */
export function QueueControls({ status }: { status: QueueStatus }) {
  const commands: Command[] = !status.running ? ['start'] : [status.paused ? 'resume' : 'pause', 'stop'];
  return (
    <Group gap="xs" ml="auto">
      {commands.map((command, index) => (
        <Control key={command} command={command} first={index === 0} />
      ))}
    </Group>
  );
}

function Control({ command, first }: { command: Command; first: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => api.queue[command](),
    onSuccess: (status) => patchStatus(client, status),
  });
  const Icon = ICONS[command];
  const starts = command === 'start' || command === 'resume';
  return (
    <Button
      px={{ base: 'sm', xs: 'md' }}
      variant={starts ? 'filled' : first ? 'light' : 'default'}
      leftSection={<Icon size={16} aria-hidden />}
      loading={run.isPending}
      onClick={() => run.mutate()}
    >
      {t(`queue.${command}`)}
    </Button>
  );
}
