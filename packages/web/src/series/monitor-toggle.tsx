import { ActionIcon } from '@mantine/core';
import { Eye, EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';

interface MonitorToggleProps {
  /** What is monitored or not, such as “Monitor S01E04”. */
  label: string;
  monitored: boolean;
  onChange: (monitored: boolean) => void;
}

/** An eye, open while it is monitored. */
export function MonitorToggle({ label, monitored, onChange }: MonitorToggleProps) {
  const { t } = useTranslation();
  const Icon = monitored ? Eye : EyeOff;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      role="switch"
      aria-label={label}
      aria-checked={monitored}
      title={t(monitored ? 'monitor.off' : 'monitor.on')}
      onClick={() => onChange(!monitored)}
    >
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}
