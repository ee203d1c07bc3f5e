import type { Scan } from '@aniworld/contracts';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { scanQuery } from './scan.ts';

/** How far a running scan is, and how the last one ended. */
export function ScanNote() {
  const { t, i18n } = useTranslation();
  const { data: scan } = useQuery(scanQuery);
  if (!scan || scan.state === 'idle') return null;
  if (scan.state === 'running') return <RunningScan scan={scan} />;
  if (scan.state === 'failed') {
    return <Warning text={t('library.scanFailed', { problem: scan.problems[0] ?? '' })} />;
  }
  const when = scan.finished_at
    ? new Intl.DateTimeFormat(i18n.language, { dateStyle: 'short', timeStyle: 'short' }).format(
        new Date(scan.finished_at),
      )
    : '';
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('library.scanDone', { when, files: scan.files, matched: scan.matched, unmatched: scan.unmatched })}
      </Text>
      {scan.problems.length > 0 && (
        <Warning text={t('library.scanProblems', { count: scan.problems.length, first: scan.problems[0] ?? '' })} />
      )}
    </Stack>
  );
}

function RunningScan({ scan }: { scan: Scan }) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <Text size="sm" c="dimmed" className="numbers" role="status">
        {t('library.scanning', { files: scan.files, matched: scan.matched })}
      </Text>
      <Progress value={100} animated size="xs" aria-label={t('library.scan')} />
    </Stack>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <Alert color="kaki" icon={<TriangleAlert size={18} aria-hidden />} py="xs">
      {text}
    </Alert>
  );
}
