import type { AuthStatus, ConfigEntry, ConfigVersion } from '@aniworld/contracts';
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { keys } from '../cache/keys.ts';
import { allItems, paged, pageOf } from '../cache/pages.ts';
import { formatMoment } from '../format/moment.ts';
import { LoadError } from '../pieces/load-error.tsx';
import { OlderButton } from '../pieces/older-button.tsx';
import { Section } from '../pieces/section.tsx';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { ChangeList } from './change-list.tsx';

const PAGE = 5;

const historyQuery = infiniteQueryOptions({
  ...paged,
  queryKey: keys.configHistory,
  queryFn: ({ pageParam, signal }) => api.config.history(pageOf(pageParam, PAGE), { signal }),
});

/** Who changed which settings when, and the way back. */
export function HistorySection({ current }: { current: ConfigVersion }) {
  const { t } = useTranslation();
  const history = useInfiniteQuery(historyQuery);
  const entries = allItems(history.data);
  return (
    <Section title={t('config.history')}>
      {history.isPending && <Skeleton height={120} radius="md" aria-busy />}
      {history.isError && <LoadError error={history.error} onRetry={history.refetch} />}
      {history.isSuccess && entries.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('config.historyEmpty')}
        </Text>
      )}
      {entries.map((entry) => (
        <Entry key={entry.version} entry={entry} current={current.version} />
      ))}
      <OlderButton list={history} label={t('config.older')} />
    </Section>
  );
}

function Entry({ entry, current }: { entry: ConfigEntry; current: number }) {
  const { t, i18n } = useTranslation();
  const restore = useRestore();
  const { version, reason, restored_from, changed_at, changes } = entry;
  const who = useWho(entry.changed_by);
  return (
    <Group align="flex-start" wrap="nowrap" justify="space-between">
      <Stack gap={4} miw={0}>
        <Text size="sm" fw={600}>
          {t('config.version', { version })} · {t(`config.reasons.${reason}`, { from: restored_from })} {who}
        </Text>
        <Text size="xs" c="dimmed">
          <time dateTime={changed_at}>{formatMoment(changed_at, i18n.language)}</time>
        </Text>
        {changes.length > 0 ? (
          <ChangeList changes={changes} />
        ) : (
          <Text size="sm" c="dimmed">
            {t('config.unchanged')}
          </Text>
        )}
      </Stack>
      {version !== current && (
        <Button
          variant="default"
          size="xs"
          flex="0 0 auto"
          leftSection={<History size={15} aria-hidden />}
          aria-label={t('config.restoreVersion', { version })}
          loading={restore.isPending}
          onClick={() => restore.mutate({ version, current })}
        >
          {t('config.restore')}
        </Button>
      )}
    </Group>
  );
}

function useRestore() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const restore = async (version: number, current: number) => {
    // The tag keeps a change that nobody here has seen yet from being undone by the way.
    const restored = await api.config.restore({ version, if_match: String(current) });
    client.setQueryData(keys.config, restored);
    await client.invalidateQueries({ queryKey: keys.configHistory });
    return restored.version;
  };
  return useMutation({
    mutationFn: ({ version, current }: { version: number; current: number }) => restore(version, current),
    onSuccess: (now, { version, current }) =>
      // Before the first change there was no version that could be brought back.
      showDone(t('config.restored', { version }), current > 0 ? () => restore(current, now) : undefined),
  });
}

/** In words, who changed something. */
function useWho(session: string | null): string {
  const { t } = useTranslation();
  const own = useQueryClient().getQueryData<z.output<typeof AuthStatus>>(keys.authStatus)?.session_id;
  if (session === null) return t('config.byServer');
  return session === own ? t('config.byThis') : t('config.bySession', { id: session.slice(0, 8) });
}
