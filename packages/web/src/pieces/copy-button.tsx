import { Button } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Puts a text on the clipboard and says that it has. */
export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<string | null>(null);
  const done = copied === text;
  const Icon = done ? Check : Copy;
  return (
    <Button
      variant="light"
      flex="0 0 auto"
      leftSection={<Icon size={16} aria-hidden />}
      onClick={() => void copy(text).then((worked) => setCopied(worked ? text : null))}
    >
      <span role="status">{t(done ? 'action.copied' : 'action.copy')}</span>
    </Button>
  );
}

/** Over plain HTTP browsers hide the clipboard's API; there the old command still works, from a field that has the focus. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard)
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  const before = document.activeElement as HTMLElement | null;
  const field = document.createElement('textarea');
  field.value = text;
  // Within the dialog, whose focus trap would take the focus away from elsewhere.
  (before?.parentElement ?? document.body).append(field);
  field.select();
  const worked = document.execCommand('copy');
  field.remove();
  before?.focus();
  return worked;
}
