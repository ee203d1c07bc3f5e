import { Button } from '@mantine/core';
import { EyeOff, Link2, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SelectionBar } from '../pieces/selection-bar.tsx';
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
  const text = t('queue.selected', { count: files.length });
  const Icon = kind === 'ignored' ? RotateCcw : EyeOff;
  return (
    <SelectionBar text={files.length >= MOST_FILES ? `${text} ${t('files.most')}` : text} onClear={onClear}>
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
    </SelectionBar>
  );
}
