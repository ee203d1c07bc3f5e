import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  opened: boolean;
  title: string;
  /** What the button that does it says. */
  action: string;
  color?: string;
  loading: boolean;
  onConfirm: () => void;
  onClose: () => void;
  /** What will happen. */
  children: ReactNode;
}

/** Asks before something is done that many files or people notice. */
export function Confirm({ opened, title, action, color, loading, onConfirm, onClose, children }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Stack gap="xs" mb="lg">
        {children}
      </Stack>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('action.cancel')}
        </Button>
        <Button {...(color && { color })} loading={loading} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
