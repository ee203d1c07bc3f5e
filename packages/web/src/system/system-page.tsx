import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../pieces/page-title.tsx';
import { AboutSection } from './about-section.tsx';
import { BackupSection } from './backup-section.tsx';
import { SystemSection } from './system-section.tsx';
import { TaskSection } from './task-section.tsx';

/** The server itself: what it does without being asked, its backups, and what it consists of. */
export function SystemPage() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" maw={760} mx="auto">
      <PageTitle>{t('system.title')}</PageTitle>
      <TaskSection />
      <BackupSection />
      <SystemSection />
      <AboutSection />
    </Stack>
  );
}
