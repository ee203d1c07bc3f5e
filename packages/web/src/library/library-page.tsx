import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { LibraryBig, ListChecks, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Blank } from '../pieces/blank.tsx';
import { PageTitle } from '../pieces/page-title.tsx';
import { LibraryFilter } from './library-filter.tsx';
import { filterOf } from './library-search.ts';
import { ScanButton } from './scan-button.tsx';
import { ScanNote } from './scan-note.tsx';
import { Shelf } from './shelf.tsx';
import { useLibrarySearch } from './use-library-search.ts';

/** All series with what is missing of each; to be filtered, and changed together. */
export function LibraryPage() {
  const { t } = useTranslation();
  const { search } = useLibrarySearch();
  const [selecting, select] = useDisclosure();
  const filtered = Object.keys(filterOf(search)).length > 0;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <PageTitle>{t('library.title')}</PageTitle>
        <Group gap="xs">
          <Button
            variant={selecting ? 'light' : 'default'}
            aria-pressed={selecting}
            leftSection={<ListChecks size={17} aria-hidden />}
            onClick={select.toggle}
          >
            {t('shelf.select')}
          </Button>
          <ScanButton />
        </Group>
      </Group>
      <ScanNote />
      <LibraryFilter />
      <Shelf
        search={search}
        selecting={selecting}
        onStopSelecting={select.close}
        blank={filtered ? <NoMatch /> : <EmptyShelf />}
      />
    </Stack>
  );
}

function EmptyShelf() {
  const { t } = useTranslation();
  return (
    <Blank icon={LibraryBig} title={t('library.empty')} hint={t('library.emptyHint')}>
      <Button component={Link} to="/search">
        {t('library.emptySearch')}
      </Button>
    </Blank>
  );
}

function NoMatch() {
  const { t } = useTranslation();
  return (
    <Blank icon={SearchX} title={t('library.noMatch')} hint={t('shelf.noFilterHint')}>
      <Button component={Link} to="/" variant="light">
        {t('library.clearFilter')}
      </Button>
    </Blank>
  );
}
