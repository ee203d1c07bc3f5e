import { Stack, Text, Title } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './blank.module.css';

interface BlankProps {
  icon: LucideIcon;
  title: string;
  hint?: string;
  /** 1 where it stands for the whole page. */
  level?: 1 | 2;
  children?: ReactNode;
}

/** What stands where content would: nothing there yet, nothing found, or it could not be loaded. Says what to do next. */
export function Blank({ icon: Icon, title, hint, level = 2, children }: BlankProps) {
  return (
    <Stack align="center" gap="xs" className={classes.blank} py={48} px="md">
      <span className={classes.icon}>
        <Icon size={30} strokeWidth={1.6} aria-hidden />
      </span>
      <Title order={level} size="h3" ta="center">
        {title}
      </Title>
      {hint && (
        <Text c="dimmed" ta="center" maw={460}>
          {hint}
        </Text>
      )}
      {children && <div className={classes.actions}>{children}</div>}
    </Stack>
  );
}
