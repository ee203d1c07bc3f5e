import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './search-field.module.css';

/** Asks on "enter": each search goes out to other people's servers. */
export function SearchField({ initial }: { initial: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const q = text.trim();
    if (q) void navigate({ to: '/search', search: { q } });
  };
  return (
    <form onSubmit={submit} role="search" className={classes.form}>
      <TextInput
        flex={1}
        size="md"
        type="search"
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        leftSection={<Search size={18} aria-hidden />}
        autoFocus={!initial}
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" size="md">
        {t('search.submit')}
      </Button>
    </form>
  );
}
