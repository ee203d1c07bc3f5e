import { Center, Loader, ScrollArea, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../pieces/toast.tsx';
import { useEpisodeNames } from './episode-names.ts';
import type { MatchReply } from './file-queries.ts';
import classes from './files.module.css';
import { nameOf } from './path-text.ts';

interface MatchTrialProps {
  /** Null while the choice is not complete. */
  trial: UseQueryResult<MatchReply> | null;
  seriesId: string | null;
  /** Whether it is about the choice as it is now. */
  current: boolean;
}

/** What would happen, file by file, without anything having been stored. */
export function MatchTrial({ trial, seriesId, current }: MatchTrialProps) {
  const { t } = useTranslation();
  const data = trial?.data;
  const open = data?.items.filter((item) => !isSettled(item)).length ?? 0;
  const summary = data && current ? t('files.trialSum', { total: data.total, changed: data.changed, open }) : '';
  return (
    <div>
      <Text size="sm" fw={600} mb={6} id="trial">
        {t('files.trial')}{' '}
        <Text span size="sm" c="dimmed" fw={400} className="numbers" role="status">
          {summary}
        </Text>
      </Text>
      <div className={classes.trialBox}>
        {trial?.isError ? (
          <Note role="alert">{messageOf(trial.error)}</Note>
        ) : data ? (
          <Items reply={data} seriesId={seriesId} />
        ) : (
          <Note>{trial ? <Loader size="sm" /> : t('files.trialHint')}</Note>
        )}
      </div>
    </div>
  );
}

function Note({ children, role }: { children: ReactNode; role?: string }) {
  return (
    <Center px="md" role={role}>
      <Text size="sm" c={role ? 'var(--mantine-color-error)' : 'dimmed'} ta="center">
        {children}
      </Text>
    </Center>
  );
}

type Item = MatchReply['items'][number];

const isSettled = ({ state }: Item) => state === 'matched' || state === 'duplicate' || state === 'ignored';

function Items({ reply, seriesId }: { reply: MatchReply; seriesId: string | null }) {
  const { t } = useTranslation();
  const nameFor = useEpisodeNames(seriesId);
  const more = reply.total - reply.items.length;
  return (
    <ScrollArea viewportProps={{ tabIndex: 0, role: 'group', 'aria-labelledby': 'trial' }}>
      <ul className={classes.trial}>
        {reply.items.map((item) => (
          <li key={item.file_id}>
            <Mark item={item} />
            <div style={{ minWidth: 0 }}>
              <Text size="sm" className="path">
                {nameOf(item.path)}
              </Text>
              <Text size="sm" c="dimmed">
                {isSettled(item) && item.episode_ids.length > 0
                  ? `${item.episode_ids.map(nameFor).join(' + ')}${item.state === 'duplicate' ? ` · ${t('files.alsoThere')}` : ''}`
                  : item.reason}
              </Text>
            </div>
          </li>
        ))}
        {more > 0 && <li>{t('files.trialMore', { count: more })}</li>}
      </ul>
    </ScrollArea>
  );
}

function Mark({ item }: { item: Item }) {
  const { t } = useTranslation();
  const good = isSettled(item);
  const Icon = good ? CircleCheck : CircleAlert;
  return (
    <Icon
      size={17}
      style={{ flex: '0 0 auto', marginTop: 2 }}
      color={good ? 'var(--page-accent)' : 'var(--page-attention)'}
      role="img"
      aria-label={t(good ? 'files.fits' : 'files.staysOpen')}
    />
  );
}
