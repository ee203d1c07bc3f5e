import { Button, CloseButton, Collapse, Group, NativeSelect, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure } from '@mantine/hooks';
import { ListFilter, SlidersHorizontal } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterFields } from './filter-fields.tsx';
import { filterOf, SORTS } from './library-search.ts';
import { useLibrarySearch } from './use-library-search.ts';

/** Title, order and "only missing"; the other filters unfold below. */
export function LibraryFilter() {
  const { t } = useTranslation();
  const { search, change } = useLibrarySearch();
  const { q: _, missing: __, ...others } = filterOf(search);
  const active = Object.keys(others).length;
  const [open, panel] = useDisclosure(active > 0);
  return (
    <div>
      <Group gap="sm">
        <TitleFilter />
        <NativeSelect
          aria-label={t('shelf.sort')}
          value={search.sort ?? 'title'}
          data={SORTS.map((value) => ({ value, label: t(`shelf.by.${value}`) }))}
          onChange={(event) => change({ sort: event.currentTarget.value })}
        />
        <Button
          variant={active > 0 ? 'light' : 'default'}
          leftSection={<SlidersHorizontal size={16} aria-hidden />}
          aria-expanded={open}
          onClick={panel.toggle}
        >
          {active > 0 ? t('shelf.filtersActive', { count: active }) : t('shelf.filters')}
        </Button>
        <Switch
          label={t('library.onlyMissing')}
          checked={search.missing ?? false}
          onChange={(event) => change({ missing: event.currentTarget.checked })}
        />
      </Group>
      <Collapse expanded={open} keepMounted={false}>
        <FilterFields />
      </Collapse>
    </div>
  );
}

function TitleFilter() {
  const { t } = useTranslation();
  const { search, change } = useLibrarySearch();
  const [text, setText] = useState(search.q ?? '');
  useEffect(() => setText(search.q ?? ''), [search.q]);
  const changeSoon = useDebouncedCallback((q: string) => change({ q }), 250);
  const type = (value: string) => {
    setText(value);
    changeSoon(value);
  };
  return (
    <TextInput
      flex={1}
      miw={180}
      maw={420}
      aria-label={t('library.filter')}
      placeholder={t('library.filter')}
      leftSection={<ListFilter size={16} aria-hidden />}
      rightSection={
        text ? <CloseButton size="sm" aria-label={t('library.clearFilter')} onClick={() => type('')} /> : null
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
