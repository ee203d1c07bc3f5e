import { ActionIcon, Button, Checkbox, Group, Menu, Text } from '@mantine/core';
import { Ellipsis, EyeOff, FolderInput, Link2, RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import rows from '../pieces/item-rows.module.css';
import type { OpenFile } from './file-queries.ts';
import { FileName } from './file-name.tsx';
import classes from './files.module.css';
import type { MatchStart } from './match-dialog.tsx';
import { nameOf } from './path-text.ts';
import { useMatch } from './use-match.ts';

interface UnmatchedRowProps {
  file: OpenFile;
  selected: boolean;
  selectable: boolean;
  onSelect: (on: boolean) => void;
  onMatch: (start: MatchStart) => void;
}

/** A file that is no episode's: why, what it might be, and what can be done about it. */
export const UnmatchedRow = memo(function UnmatchedRow(props: UnmatchedRowProps) {
  const { file, selected, selectable, onSelect, onMatch } = props;
  const { t } = useTranslation();
  return (
    <div className={`${rows.line} ${classes.row}`} data-selected={selected || undefined}>
      <Checkbox
        size="sm"
        mt={3}
        aria-label={t('queue.select', { name: nameOf(file.path) })}
        checked={selected}
        disabled={!selectable}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <div className={classes.file}>
        <FileName path={file.path} size={file.size} />
        <Text size="sm" mt={4}>
          {file.reason}
        </Text>
        <Candidates file={file} onMatch={onMatch} />
      </div>
      <FileMenu file={file} onMatch={onMatch} />
    </div>
  );
}, sameButForHandlers);

/** The handlers are made anew at each drawing but do the same. */
function sameButForHandlers(a: UnmatchedRowProps, b: UnmatchedRowProps): boolean {
  return a.file === b.file && a.selected === b.selected && a.selectable === b.selectable;
}

type RowPart = Pick<UnmatchedRowProps, 'file' | 'onMatch'>;

/** Series that it might belong to; one click leads to the dialog with that series. */
function Candidates({ file, onMatch }: RowPart) {
  const { t } = useTranslation();
  if (file.candidates.length === 0) return null;
  return (
    <Group gap={6} mt={6}>
      <Text size="xs" c="dimmed">
        {t('files.perhaps')}
      </Text>
      {file.candidates.map(({ series_id, title, reason }) => (
        <Button
          key={series_id}
          size="compact-xs"
          variant="light"
          title={reason}
          maw="100%"
          onClick={() => onMatch({ files: [file], series: { id: series_id, title } })}
        >
          {title}
        </Button>
      ))}
    </Group>
  );
}

function FileMenu({ file, onMatch }: RowPart) {
  const { t } = useTranslation();
  const match = useMatch();
  const ignored = file.state === 'ignored';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          loading={match.isPending}
          aria-label={t('action.more', { name: nameOf(file.path) })}
        >
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Link2 size={16} aria-hidden />} onClick={() => onMatch({ files: [file] })}>
          {t('files.matchThis')}
        </Menu.Item>
        <Menu.Item
          leftSection={<FolderInput size={16} aria-hidden />}
          onClick={() => onMatch({ files: [file], wholeFolder: true })}
        >
          {t('files.matchFolder')}
        </Menu.Item>
        <Menu.Item
          leftSection={ignored ? <RotateCcw size={16} aria-hidden /> : <EyeOff size={16} aria-hidden />}
          onClick={() => match.mutate({ file_ids: [file.id], action: ignored ? 'automatic' : 'ignore' })}
        >
          {t(ignored ? 'files.automatic' : 'files.ignore')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
