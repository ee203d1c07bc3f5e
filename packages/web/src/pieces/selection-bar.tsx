import { CloseButton, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from './floating-bar.tsx';

interface SelectionBarProps {
  /** How much is chosen, in words. */
  text: ReactNode;
  onClear: () => void;
  /** What the cross says it does, where it does more than to choose nothing. */
  clearLabel?: string;
  /** What can be done with the chosen ones. */
  children: ReactNode;
}

/** What to do with the chosen rows of a list, at its foot. */
export function SelectionBar({ text, onClear, clearLabel, children }: SelectionBarProps) {
  const { t } = useTranslation();
  return (
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {text}
      </Text>
      <Group gap="xs" ml="auto" justify="flex-end">
        {children}
        <CloseButton aria-label={clearLabel ?? t('series.clearSelection')} onClick={onClear} />
      </Group>
    </FloatingBar>
  );
}
