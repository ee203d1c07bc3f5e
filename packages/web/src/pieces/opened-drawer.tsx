import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface OpenedDrawerProps {
  /** What is opened; closed without one. */
  id: string | undefined;
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** More of one thing of a list, from the right. Its row carries `data-opens` with the same id. */
export function OpenedDrawer({ id, title, onClose, children }: OpenedDrawerProps) {
  const { t } = useTranslation();
  const close = () => {
    // Its opener may be an entry of a menu, which is gone: the focus goes to what that menu belongs to.
    document.querySelector<HTMLElement>(`[data-opens="${id}"]`)?.focus({ preventScroll: true });
    onClose();
  };
  return (
    <Drawer
      opened={id !== undefined}
      onClose={close}
      position="right"
      title={title}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {children}
    </Drawer>
  );
}
