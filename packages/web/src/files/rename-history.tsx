import type { Rename } from '@aniworld/contracts';
import { Button, Code, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type UseInfiniteQueryResult, useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { allItems } from '../cache/pages.ts';
import { Folded } from '../config/folded.tsx';
import { formatMoment } from '../format/moment.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { LoadError } from '../pieces/load-error.tsx';
import { OlderButton } from '../pieces/older-button.tsx';
import { useConfirmed } from '../pieces/use-confirmed.ts';
import { api } from '../session/api.ts';
import { renamingQuery } from './file-queries.ts';

interface RenameHistoryProps {
  list: UseInfiniteQueryResult<{ pages: { items: Rename[] }[] }>;
}

/** Renamings that have ended, folded away, each with a way back. */
export function RenameHistory({ list }: RenameHistoryProps) {
  const { t } = useTranslation();
  if (list.isError) return <LoadError error={list.error} onRetry={list.refetch} />;
  const all = allItems(list.data);
  const ended = all.filter((one) => one.state !== 'running');
  if (ended.length === 0) return null;
  const undone = new Set(all.map((one) => one.undoes));
  const busy = ended.length < all.length;
  return (
    <Folded title={t('files.history')} open={false}>
      <Stack gap="md" className="raised" p="md">
        {ended.map((one) => (
          <PastRename key={one.id} rename={one} undone={undone.has(one.id)} busy={busy} />
        ))}
        <OlderButton list={list} size="xs" label={t('files.older')} />
      </Stack>
    </Folded>
  );
}

function PastRename({ rename, undone, busy }: { rename: Rename; undone: boolean; busy: boolean }) {
  const { t, i18n } = useTranslation();
  const [shown, show] = useDisclosure();
  const kind = rename.undoes === null ? 'files.renamedAt' : 'files.undoneAt';
  const facts = [
    t('files.renameDone', { count: rename.done }),
    rename.failed > 0 && t('files.stayed', { count: rename.failed }),
    rename.problem,
    undone && t('files.wasUndone'),
  ];
  return (
    <Group justify="space-between" align="flex-start" gap="xs">
      <Stack gap={2} flex="1 1 240px" miw={0}>
        <Text size="sm" fw={600}>
          {t(kind, { when: formatMoment(rename.created_at, i18n.language) })}
        </Text>
        <Text size="sm" c="dimmed" className="numbers">
          {facts.filter(Boolean).join(' ')}
        </Text>
        <Code w="fit-content" style={{ wordBreak: 'break-all' }}>
          {rename.template}
        </Code>
        {shown && <Stayed id={rename.id} />}
      </Stack>
      <Group gap="xs">
        {rename.failed > 0 && (
          <Button variant="subtle" size="xs" aria-expanded={shown} onClick={show.toggle}>
            {t('files.whatStayed')}
          </Button>
        )}
        {rename.done > 0 && !undone && <UndoRename rename={rename} disabled={busy} />}
      </Group>
    </Group>
  );
}

function Stayed({ id }: { id: string }) {
  const rename = useQuery(renamingQuery(id));
  if (rename.isError) return <LoadError error={rename.error} onRetry={rename.refetch} />;
  if (rename.isPending) return <Loader size="sm" />;
  return (
    <List size="sm">
      {rename.data.problems.map(({ from, problem }) => (
        <List.Item key={from}>
          {from}: {problem}
        </List.Item>
      ))}
    </List>
  );
}

function UndoRename({ rename, disabled }: { rename: Rename; disabled: boolean }) {
  const { t, i18n } = useTranslation();
  const when = formatMoment(rename.created_at, i18n.language);
  const { ask, confirm } = useConfirmed(() => api.anime.undoRename({ id: rename.id }), keys.renames);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<Undo2 size={15} aria-hidden />}
        aria-label={`${t('action.undo')}: ${when}`}
        disabled={disabled}
        onClick={ask}
      >
        {t('action.undo')}
      </Button>
      <Confirm {...confirm} title={t('files.undoTitle')} action={t('files.undoStart')}>
        <Text>{t('files.undoHint', { count: rename.done })}</Text>
      </Confirm>
    </>
  );
}
