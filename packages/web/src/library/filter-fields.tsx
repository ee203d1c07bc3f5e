import { Monitor, SeriesStatus } from '@aniworld/contracts';
import { Autocomplete, Button, Group, NativeSelect, SimpleGrid } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';
import { useKnownTags } from './known-tags.ts';
import { libraryConfigQuery } from './library-config.ts';
import { useLibrarySearch } from './use-library-search.ts';

const providersQuery = queryOptions({
  queryKey: keys.providers,
  queryFn: ({ signal }) => api.providers.list({}, { signal }),
});

type Field = 'status' | 'monitor' | 'provider' | 'folder';
interface Option {
  value: string;
  label: string;
}

/** What else the library can be narrowed by. */
export function FilterFields() {
  const { t } = useTranslation();
  const { search, change } = useLibrarySearch();
  const providers = useQuery(providersQuery).data?.items ?? [];
  const folders = useQuery(libraryConfigQuery).data?.folders ?? [];
  const choice = (name: Field, label: string, options: Option[]) => (
    <NativeSelect
      label={label}
      value={search[name] ?? ''}
      data={[{ value: '', label: t('shelf.any') }, ...withChosen(options, search[name])]}
      onChange={(event) => change({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <Group align="flex-end" pt="md">
      <SimpleGrid cols={{ base: 2, sm: 3, md: 5 }} spacing="sm" flex={1} miw={300}>
        {choice(
          'status',
          t('shelf.status'),
          SeriesStatus.options.map((value) => ({ value, label: t(`series.status.${value}`) })),
        )}
        {choice(
          'monitor',
          t('monitor.label'),
          Monitor.options.map((value) => ({ value, label: t(`monitor.${value}`) })),
        )}
        <TagFilter />
        {choice(
          'provider',
          t('shelf.provider'),
          providers.map(({ id, name }) => ({ value: id, label: name })),
        )}
        {choice(
          'folder',
          t('shelf.folder'),
          folders.map((folder) => ({ value: folder, label: folder })),
        )}
      </SimpleGrid>
      <Button variant="subtle" color="gray" onClick={() => change(NOTHING)}>
        {t('library.clearFilter')}
      </Button>
    </Group>
  );
}

const NOTHING = { q: '', missing: false, status: '', monitor: '', tag: '', provider: '', folder: '' };

/** An address may name a folder or provider that is none any more; it is what is shown nevertheless. */
function withChosen(options: Option[], chosen: string | undefined): Option[] {
  if (!chosen || options.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, label: chosen }];
}

function TagFilter() {
  const { t } = useTranslation();
  const { search, change } = useLibrarySearch();
  const known = useKnownTags();
  const [text, setText] = useState(search.tag ?? '');
  useEffect(() => setText(search.tag ?? ''), [search.tag]);
  const changeSoon = useDebouncedCallback((tag: string) => change({ tag }), 350);
  return (
    <Autocomplete
      label={t('shelf.tag')}
      placeholder={t('shelf.any')}
      data={known}
      value={text}
      onChange={(value) => {
        setText(value);
        changeSoon(value.toLowerCase());
      }}
    />
  );
}
