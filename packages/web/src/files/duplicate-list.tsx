import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeftRight, CopyCheck, EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { episodeCode } from '../format/episode-code.ts';
import rows from '../pieces/item-rows.module.css';
import { FileName } from './file-name.tsx';
import { type OpenFile, openFilesQuery } from './file-queries.ts';
import classes from './files.module.css';
import { nameOf } from './path-text.ts';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { useMatch, useTake } from './use-match.ts';

/** Files whose episode has a better one: both, why that one, and a way to take the other. */
export function DuplicateList() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(openFilesQuery('duplicate'));
  return (
    <PagedRows
      list={list}
      items={useItems(list)}
      keyOf={(file) => file.id}
      empty={{ icon: CopyCheck, title: t('files.empty.duplicate'), hint: t('files.emptyHint.duplicate') }}
      height={190}
    >
      {(file) => <DuplicateRow file={file} />}
    </PagedRows>
  );
}

function DuplicateRow({ file }: { file: OpenFile }) {
  const { t } = useTranslation();
  return (
    <div className={`${rows.line} ${classes.row}`} style={{ display: 'block' }}>
      {file.rivals.map((rival) => (
        <div key={rival.episode_id} style={{ marginBottom: 10 }}>
          <Text size="xs" c="dimmed" mb={2}>
            {t('files.chosenFor', { code: episodeCode(rival.season, rival.episode) })}
          </Text>
          <FileName path={rival.path} size={rival.size} />
          <Text size="sm" mt={2}>
            {t('files.because', { rule: rival.rule })}
          </Text>
        </div>
      ))}
      <Text size="xs" c="dimmed" mb={2}>
        {t('files.alsoThere')}
      </Text>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div className={classes.file} style={{ flexBasis: 260 }}>
          <FileName path={file.path} size={file.size} />
        </div>
        <Choices file={file} />
      </Group>
    </div>
  );
}

function Choices({ file }: { file: OpenFile }) {
  const { t } = useTranslation();
  const take = useTake();
  const match = useMatch();
  const name = nameOf(file.path);
  return (
    <Group gap="xs">
      <Button
        size="xs"
        variant="default"
        leftSection={<EyeOff size={14} aria-hidden />}
        aria-label={t('files.ignoreName', { name })}
        loading={match.isPending}
        onClick={() => match.mutate({ file_ids: [file.id], action: 'ignore' })}
      >
        {t('files.ignore')}
      </Button>
      <Button
        size="xs"
        variant="light"
        leftSection={<ArrowLeftRight size={14} aria-hidden />}
        aria-label={t('files.takeName', { name })}
        loading={take.isPending}
        disabled={file.rivals.length === 0}
        onClick={() => take.mutate(file)}
      >
        {t('files.take')}
      </Button>
    </Group>
  );
}
