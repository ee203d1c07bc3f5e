import type { ConfigChange } from '@aniworld/contracts';
import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What was or would be changed, one line for each setting. */
export function ChangeList({ changes }: { changes: readonly ConfigChange[] }) {
  const { t } = useTranslation();
  if (changes.length === 0) return null;
  const shown = (change: ConfigChange, side: 'from' | 'to') =>
    side in change ? textOf(change[side], t('config.unset')) : t('config.long');
  return (
    <List size="sm" style={{ overflowWrap: 'anywhere' }}>
      {changes.map((change) => (
        <List.Item key={change.path}>
          <Text span size="sm">
            {t('config.fromTo', { path: change.path, from: shown(change, 'from'), to: shown(change, 'to') })}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}

function textOf(value: unknown, unset: string): string {
  if (value === null || value === '') return unset;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
