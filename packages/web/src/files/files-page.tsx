import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../pieces/page-title.tsx';
import type { FileTab } from '../router.tsx';
import { DuplicateList } from './duplicate-list.tsx';
import { RenamePanel } from './rename-panel.tsx';
import { RuleList } from './rule-list.tsx';
import { ScanSection } from './scan-section.tsx';
import { UnmatchedPanel } from './unmatched-panel.tsx';

const PANELS = { unmatched: UnmatchedPanel, duplicates: DuplicateList, rules: RuleList, rename: RenamePanel };

/** The files of the library: what the last scan found, what is no episode's, what was decided, and their names. */
export function FilesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/files' });
  const { tab = 'unmatched' } = useSearch({ from: '/inside/files' });
  const Panel = PANELS[tab];
  const show = (value: string | null) =>
    void navigate({
      search: value === 'unmatched' ? {} : { tab: value as FileTab },
      replace: true,
      resetScroll: false,
    });
  return (
    <Stack gap="lg">
      <PageTitle>{t('files.title')}</PageTitle>
      <ScanSection />
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <Tabs.List aria-label={t('files.lists')} mb="md" style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          {(Object.keys(PANELS) as FileTab[]).map((name) => (
            <Tabs.Tab key={name} value={name} px={{ base: 'xs', sm: 'md' }}>
              {t(`files.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Panel />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
