import type { MatchRule } from '@aniworld/contracts';
import { ActionIcon, Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ScrollText, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { formatMoment } from '../format/moment.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { showDone } from '../pieces/toast.tsx';
import { useConfirmed } from '../pieces/use-confirmed.ts';
import rows from '../pieces/item-rows.module.css';
import { seriesQuery } from '../series/series-queries.ts';
import { api } from '../session/api.ts';
import { rulesQuery } from './file-queries.ts';
import classes from './files.module.css';
import { useEpisodeNames } from './episode-names.ts';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { SeriesFilter } from './series-filter.tsx';

/** What people have decided about files, each to be taken back. */
export function RuleList() {
  const { t } = useTranslation();
  const { series } = useSearch({ from: '/inside/files' });
  const list = useInfiniteQuery(rulesQuery(series));
  return (
    <Stack gap="md">
      <SeriesFilter />
      <PagedRows
        list={list}
        items={useItems(list)}
        keyOf={(rule) => rule.id}
        empty={{ icon: ScrollText, title: t('files.noRules'), hint: t('files.noRulesHint') }}
        height={84}
      >
        {(rule) => <RuleRow rule={rule} />}
      </PagedRows>
    </Stack>
  );
}

function RuleRow({ rule }: { rule: MatchRule }) {
  const { t, i18n } = useTranslation();
  const facts = [
    rule.season !== null && t('files.ruleSeason', { season: rule.season }),
    rule.number_offset !== 0 && t('files.ruleOffset', { offset: signed(rule.number_offset, i18n.language) }),
    formatMoment(rule.created_at, i18n.language),
  ];
  return (
    <div className={`${rows.line} ${classes.row}`}>
      <div className={classes.file}>
        <Group gap={8} align="baseline">
          <Badge variant="light" size="sm">
            {t(`files.scope.${rule.scope}`)}
          </Badge>
          <Text span fw={600} className="path">
            {rule.target}
          </Text>
        </Group>
        <Text size="sm" mt={2} component="div">
          → <Meant rule={rule} />
        </Text>
        <Text size="xs" c="dimmed" className="numbers">
          {facts.filter(Boolean).join(' · ')}
        </Text>
      </div>
      <RemoveRule rule={rule} />
    </div>
  );
}

const signed = (number: number, language: string) =>
  new Intl.NumberFormat(language, { signDisplay: 'always' }).format(number);

function Meant({ rule: { series_id, episode_ids } }: { rule: MatchRule }) {
  const { t } = useTranslation();
  const series = useQuery({ ...seriesQuery(series_id ?? ''), enabled: series_id !== null }).data;
  const nameFor = useEpisodeNames(episode_ids ? series_id : null);
  if (series_id === null) return t('files.ruleIgnores');
  return (
    <>
      <Anchor size="sm" renderRoot={(props) => <Link to="/anime/$id" params={{ id: series_id }} {...props} />}>
        {series?.title ?? '…'}
      </Anchor>{' '}
      {episode_ids?.map(nameFor).join(' + ')}
    </>
  );
}

function RemoveRule({ rule }: { rule: MatchRule }) {
  const { t } = useTranslation();
  const { ask, confirm } = useConfirmed(
    () => api.anime.removeMatchRule({ id: rule.id }),
    keys.files,
    () => showDone(t('files.ruleRemoved')),
  );
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`${t('files.removeRule')}: ${rule.target}`}
        onClick={ask}
      >
        <Trash2 size={17} aria-hidden />
      </ActionIcon>
      <Confirm {...confirm} title={t('files.removeRuleTitle')} action={t('files.removeRule')} color="red">
        <Text className="path">{rule.target}</Text>
        <Text size="sm" c="dimmed">
          {t('files.removeRuleHint')}
        </Text>
      </Confirm>
    </>
  );
}
