import type { contracts, Reply } from '@aniworld/contracts';
import { Alert, Button, Group, List, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

type Outcome = Reply<typeof contracts.search.query>['providers'][number];

interface ProviderNoteProps {
  failed: Outcome[];
  onRetry: () => unknown;
  busy: boolean;
}

/** Which providers did not answer, and why; the others' results stand below all the same. */
export function ProviderNote({ failed, onRetry, busy }: ProviderNoteProps) {
  const { t } = useTranslation();
  return (
    <Alert color="kaki" title={t('search.providersNote')} icon={<TriangleAlert size={18} aria-hidden />}>
      <List size="sm">
        {failed.map(({ provider, error }) => (
          <List.Item key={provider}>{t('search.providerFailed', { provider, error: error ?? '–' })}</List.Item>
        ))}
      </List>
      <Group justify="space-between" mt="xs">
        <Text size="sm">{t('search.providersHint')}</Text>
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => onRetry()}>
          {t('action.retry')}
        </Button>
      </Group>
    </Alert>
  );
}
