import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { folderOf, nameOf } from './path-text.ts';

/** A file's name with its size, above the folder that it lies in. */
export function FileName({ path, size }: { path: string; size?: number }) {
  const { i18n } = useTranslation();
  return (
    <div>
      <Text span fw={600} className="path">
        {nameOf(path)}
      </Text>{' '}
      {size !== undefined && (
        <Text span size="xs" c="dimmed" className="numbers" style={{ whiteSpace: 'nowrap' }}>
          {formatBytes(size, i18n.language)}
        </Text>
      )}
      <Text size="xs" c="dimmed" className="path">
        {folderOf(path)}
      </Text>
    </div>
  );
}
