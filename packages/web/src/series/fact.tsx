import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One thing that is known, below what it is. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Text size="sm" component="div">
      <Text span size="xs" c="dimmed" display="block">
        {label}
      </Text>
      {children}
    </Text>
  );
}
