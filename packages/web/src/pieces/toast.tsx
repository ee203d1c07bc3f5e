import { Button, Group, Text } from '@mantine/core';
import { notifications, notificationsStore } from '@mantine/notifications';
import { t } from 'i18next';

/** More would cover the page. */
export const MOST_TOASTS = 2;

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
  makeRoom();
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
  makeRoom();
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

/** Over its limit the library keeps the newest back; here the oldest goes, because the newest is what was just done. */
function makeRoom(): void {
  const shown = notificationsStore.getState().notifications;
  for (const { id } of shown.slice(0, Math.max(0, shown.length - MOST_TOASTS + 1))) if (id) notifications.hide(id);
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
