import { Button, CloseButton, Group, Text } from '@mantine/core';
import { EyeOff, Link2, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { FloatingBar } from '../pieces/floating-bar.tsx';
import { MOST_FILES, type OpenFile, type OpenKind } from './file-queries.ts';
import { useMatch } from './use-match.ts';

interface FileSelectionProps {
  kind: OpenKind;
  files: OpenFile[];
  onMatch: () => void;
  onClear: () => void;
}

/** What to do with the chosen files; shown while there are any. */
export function FileSelection({ kind, files, onMatch, onClear }: FileSelectionProps) {
  const { t } = useTranslation();
  const match = useMatch();
  if (files.length === 0) return null;
  const action = kind === 'ignored' ? 'automatic' : 'ignore';
  const Icon = kind === 'ignored' ? RotateCcw : EyeOff;
  return (
    <FloatingBar>
      <Text fw={600} className="numbers" role="status">
        {t('queue.selected', { count: files.length })}
        {files.length >= MOST_FILES && ` ${t('files.most')}`}
      </Text>
      <Group gap="xs" ml="auto" justify="flex-end">
        <Button
          variant="default"
          loading={match.isPending}
          leftSection={<Icon size={16} aria-hidden />}
          onClick={() => match.mutate({ file_ids: files.map((file) => file.id), action }, { onSuccess: onClear })}
        >
          {t(`files.${action}`)}
        </Button>
        <Button leftSection={<Link2 size={16} aria-hidden />} onClick={onMatch}>
          {t('files.match')}
        </Button>
        <CloseButton aria-label={t('series.clearSelection')} onClick={onClear} />
      </Group>
    </FloatingBar>
  );
}
