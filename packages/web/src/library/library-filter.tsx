import { CloseButton, Group, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Title filter and "only missing"; both live in the address, so that a reload or a link keeps them. */
export function LibraryFilter() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: '/' });
  const { q = '', missing = false } = useSearch({ from: '/inside/' });
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  const show = (next: { q?: string; missing?: boolean }) => void navigate({ search: clean(next), replace: true });
  const showSoon = useDebouncedCallback((value: string) => show({ q: value, missing }), 250);
  const type = (value: string) => {
    setText(value);
    showSoon(value);
  };
  return (
    <Group gap="md">
      <TextInput
        flex={1}
        miw={180}
        maw={420}
        aria-label={t('library.filter')}
        placeholder={t('library.filter')}
        leftSection={<ListFilter size={16} aria-hidden />}
        rightSection={
          text ? <CloseButton size="sm" aria-label={t('library.clearFilter')} onClick={() => type('')} /> : null
        }
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <Switch
        label={t('library.onlyMissing')}
        checked={missing}
        onChange={(event) => show({ q: text, missing: event.currentTarget.checked })}
      />
    </Group>
  );
}

function clean({ q, missing }: { q?: string; missing?: boolean }) {
  return { ...(q?.trim() && { q: q.trim() }), ...(missing && { missing: true }) };
}
