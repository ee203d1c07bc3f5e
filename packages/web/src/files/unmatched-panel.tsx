import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenKind } from './file-queries.ts';
import { UnmatchedList } from './unmatched-list.tsx';

const KINDS = ['unmatched', 'ambiguous', 'ignored'] as const satisfies OpenKind[];

/** Files that are no episode's: not recognised, with several that they might be, or ignored. */
export function UnmatchedPanel() {
  const { t } = useTranslation();
  const [kind, setKind] = useState<(typeof KINDS)[number]>('unmatched');
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label={t('files.kindLabel')}
        w="fit-content"
        maw="100%"
        value={kind}
        onChange={setKind}
        data={KINDS.map((value) => ({ value, label: t(`files.kind.${value}`) }))}
      />
      <UnmatchedList key={kind} kind={kind} />
    </Stack>
  );
}
