import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A group of settings under one heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="raised" style={{ padding: 20 }}>
      <Stack gap="md">
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </section>
  );
}
