import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from 'i18next';

interface Undo {
  (): Promise<unknown>;
}

/** Tells that something was done; with `undo` for a few seconds more, and a way back. */
export function showDone(message: string, undo?: Undo): void {
  const id = crypto.randomUUID?.() ?? String(Math.random());
  const back = () => {
    notifications.hide(id);
    undo?.().catch(showError);
  };
  notifications.show({
    id,
    color: 'asagi',
    closeButtonProps: { 'aria-label': t('action.dismiss') },
    autoClose: undo ? 9_000 : 4_000,
    message: undo ? <WithUndo message={message} onUndo={back} /> : message,
  });
}

/** Tells what failed; the text says what to do next. */
export function showError(error: unknown): void {
  notifications.show({
    color: 'red',
    title: t('error.title'),
    closeButtonProps: { 'aria-label': t('action.dismiss') },
    message: messageOf(error),
    autoClose: 10_000,
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function WithUndo({ message, onUndo }: { message: string; onUndo: () => void }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm">{message}</Text>
      <Button size="compact-sm" variant="light" flex="0 0 auto" onClick={onUndo}>
        {t('action.undo')}
      </Button>
    </Group>
  );
}
