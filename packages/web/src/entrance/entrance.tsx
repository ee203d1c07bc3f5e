import { Paper, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Wordmark } from '../shell/wordmark.tsx';
import classes from './entrance.module.css';

interface EntranceProps {
  title: string;
  intro: string;
  children: ReactNode;
}

/** The frame of the pages before the login. */
export function Entrance({ title, intro, children }: EntranceProps) {
  useDocumentTitle(`${title} · AniWorld`);
  return (
    <div className={classes.entrance}>
      <main className={classes.column}>
        <div className={classes.mark}>
          <Wordmark large />
        </div>
        <Paper className={`raised ${classes.card}`}>
          <Title order={1} size="h2">
            {title}
          </Title>
          <Text c="dimmed" mb="lg">
            {intro}
          </Text>
          {children}
        </Paper>
      </main>
      <div className={classes.sea} aria-hidden />
    </div>
  );
}
