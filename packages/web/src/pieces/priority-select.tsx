import { Priority } from '@aniworld/contracts';
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface PrioritySelectProps {
  value: Priority;
  onChange: (priority: Priority) => void;
}

export function PrioritySelect({ value, onChange }: PrioritySelectProps) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      aria-label={t('priority.label')}
      w={112}
      value={value}
      data={Priority.options.map((priority) => ({ value: priority, label: t(`priority.${priority}`) }))}
      onChange={(event) => onChange(Priority.parse(event.currentTarget.value))}
    />
  );
}
