import type { SeriesChange } from '@aniworld/contracts';
import { Autocomplete, Button, Group, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronUp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface TagChangeProps {
  disabled: boolean;
  /** To choose from. */
  tags: string[];
  onChange: (change: SeriesChange) => void;
}

/** Adds a tag to the chosen series, or takes it away. */
export function TagChange({ disabled, tags, onChange }: TagChangeProps) {
  const { t } = useTranslation();
  const [open, popover] = useDisclosure();
  const [text, setText] = useState('');
  const tag = text.trim().toLowerCase();
  const change = (field: 'add_tags' | 'remove_tags') => {
    if (!tag) return;
    onChange({ [field]: [tag] });
    setText('');
    popover.close();
  };
  return (
    <Popover opened={open} onChange={(on) => !on && popover.close()} position="top" trapFocus width={300} shadow="md">
      <Popover.Target>
        <Button
          variant="default"
          px="sm"
          disabled={disabled}
          rightSection={<ChevronUp size={16} aria-hidden />}
          onClick={popover.toggle}
        >
          {t('shelf.tags')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('shelf.tags')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change('add_tags');
          }}
        >
          <Stack gap="sm">
            <Autocomplete
              data-autofocus
              label={t('shelf.tag')}
              maxLength={50}
              data={tags}
              value={text}
              openOnFocus={false}
              // Above: below stand the buttons.
              comboboxProps={{ withinPortal: false, position: 'top' }}
              onChange={setText}
            />
            <Group gap="xs" grow>
              <Button type="submit" px="xs" disabled={!tag}>
                {t('shelf.add')}
              </Button>
              <Button variant="default" px="xs" disabled={!tag} onClick={() => change('remove_tags')}>
                {t('shelf.remove')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
