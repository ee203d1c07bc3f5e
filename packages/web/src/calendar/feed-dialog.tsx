import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link2, Unlink } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../pieces/dialog.tsx';
import { CopyButton } from '../pieces/copy-button.tsx';
import { showDone } from '../pieces/toast.tsx';
import { api, baseUrl } from '../session/api.ts';

interface FeedDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** The address by which calendar programs read the calendar. The server tells it once: it is gone when the dialog is closed. */
export function FeedDialog({ opened, onClose }: FeedDialogProps) {
  const { t } = useTranslation();
  const create = useMutation({ mutationFn: () => api.anime.openCalendarFeed() });
  const close = () => {
    create.reset();
    onClose();
  };
  return (
    <Dialog opened={opened} onClose={close} title={t('calendar.feedTitle')}>
      <Stack gap="md">
        <Text size="sm">{t('calendar.feedHint')}</Text>
        {create.data && <Address path={create.data.path} />}
        <Text size="sm" c="dimmed">
          {t(create.data ? 'calendar.feedOnce' : 'calendar.feedReplaces')}
        </Text>
        <Group justify="space-between" gap="xs">
          <Revoke onDone={create.reset} />
          {create.data ? (
            <Button onClick={close}>{t('calendar.feedDone')}</Button>
          ) : (
            <Button
              leftSection={<Link2 size={16} aria-hidden />}
              loading={create.isPending}
              onClick={() => create.mutate()}
            >
              {t('calendar.feedCreate')}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}

function Address({ path }: { path: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const address = `${baseUrl}/api/v1${path}${all ? '&unmonitored=true' : ''}`;
  return (
    <>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          flex={1}
          readOnly
          label={t('calendar.feedAddress')}
          value={address}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={address} />
      </Group>
      <Checkbox
        label={t('calendar.feedUnmonitored')}
        checked={all}
        onChange={(event) => setAll(event.currentTarget.checked)}
      />
    </>
  );
}

/** Whether there is an address nobody can ask, so that this is always offered. */
function Revoke({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const revoke = useMutation({
    mutationFn: () => api.anime.closeCalendarFeed(),
    onSuccess: () => {
      onDone();
      showDone(t('calendar.feedRevoked'));
    },
  });
  return (
    <Button
      variant="subtle"
      color="red"
      leftSection={<Unlink size={16} aria-hidden />}
      loading={revoke.isPending}
      onClick={() => revoke.mutate()}
    >
      {t('calendar.feedRevoke')}
    </Button>
  );
}
