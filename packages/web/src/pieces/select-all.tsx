import { Checkbox, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface SelectAllProps {
  /** All that can be chosen. */
  ids: string[];
  /** How many are chosen. */
  chosen: number;
  onChange: (ids: ReadonlySet<string>) => void;
}

/** The box above a list that chooses all of it, or none. */
export function SelectAll({ ids, chosen, onChange }: SelectAllProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" px={12}>
      <Checkbox
        size="sm"
        label={<Text size="sm">{t('queue.selectAll')}</Text>}
        checked={chosen === ids.length}
        indeterminate={chosen > 0 && chosen < ids.length}
        onChange={(event) => onChange(new Set(event.currentTarget.checked ? ids : []))}
      />
    </Group>
  );
}
