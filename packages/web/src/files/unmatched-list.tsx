import { Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { FileCheck2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectAll } from '../pieces/select-all.tsx';
import { useChosen } from '../pieces/use-chosen.ts';
import { MOST_FILES, openFilesQuery } from './file-queries.ts';
import { FileSelection } from './file-selection.tsx';
import { MatchDialog, type MatchStart } from './match-dialog.tsx';
import { useItems } from '../cache/pages.ts';
import { PagedRows } from '../pieces/paged-rows.tsx';
import { UnmatchedRow } from './unmatched-row.tsx';

/** Files of one kind, to be chosen, matched and ignored. */
export function UnmatchedList({ kind }: { kind: 'unmatched' | 'ambiguous' | 'ignored' }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(openFilesQuery(kind));
  const files = useItems(list);
  const { chosen, setChosen, choose, clear } = useChosen();
  const [start, setStart] = useState<MatchStart | null>(null);
  const selection = files.filter((file) => chosen.has(file.id));
  const full = selection.length >= MOST_FILES;
  return (
    <Stack gap="sm">
      {files.length > 0 && (
        <SelectAll
          ids={files.slice(0, MOST_FILES).map((file) => file.id)}
          chosen={selection.length}
          onChange={setChosen}
        />
      )}
      <PagedRows
        list={list}
        items={files}
        keyOf={(file) => file.id}
        empty={{ icon: FileCheck2, title: t(`files.empty.${kind}`), hint: t(`files.emptyHint.${kind}`) }}
        height={112}
      >
        {(file) => (
          <UnmatchedRow
            file={file}
            selected={chosen.has(file.id)}
            selectable={!full || chosen.has(file.id)}
            onSelect={(on) => choose([file.id], on)}
            onMatch={setStart}
          />
        )}
      </PagedRows>
      <FileSelection kind={kind} files={selection} onMatch={() => setStart({ files: selection })} onClear={clear} />
      {start && <MatchDialog start={start} onClose={() => setStart(null)} />}
    </Stack>
  );
}
