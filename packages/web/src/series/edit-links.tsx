import type { SeriesDetails } from '@aniworld/contracts';
import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../pieces/dialog.tsx';
import { showDone } from '../pieces/toast.tsx';
import { siteName } from './link-address.ts';
import { useAmendSeries } from './use-amend.ts';

interface Fields {
  links: { site: string; id: string }[];
  site: string;
  id: string;
}

interface EditLinksProps {
  series: SeriesDetails;
  onClose: () => void;
}

/** The ids at other sites in a form; the provider's own stands fast. */
export function EditLinks({ series, onClose }: EditLinksProps) {
  const { t } = useTranslation();
  const amend = useAmendSeries(series.id);
  const own = Object.entries(series.links).filter(([site]) => site !== series.provider);
  const form = useForm<Fields>({
    initialValues: { links: own.map(([site, id]) => ({ site, id })), site: '', id: '' },
    validate: {
      links: { id: (id) => (id.trim() ? null : t('facts.idMissing')) },
      site: (site, { id }) => (isSite(site) || (!site && !id) ? null : t('facts.siteRule')),
      id: (id, { site }) => (site && !id.trim() ? t('facts.idMissing') : null),
    },
  });
  const save = (fields: Fields) => {
    const links = changesOf(Object.fromEntries(own), fields);
    if (Object.keys(links).length === 0) return onClose();
    amend.mutate({ links }, { onSuccess: () => (showDone(t('facts.linksSaved')), onClose()) });
  };
  return (
    <Dialog opened onClose={onClose} title={t('facts.editLinks')}>
      <form onSubmit={form.onSubmit(save)}>
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t('facts.linksHint')}
          </Text>
          {form.values.links.map(({ site }, index) => (
            <Group key={site} gap="xs" wrap="nowrap" align="flex-end">
              <TextInput
                flex={1}
                maxLength={100}
                label={t('facts.siteId', { site: siteName(site) })}
                {...form.getInputProps(`links.${index}.id`)}
              />
              <ActionIcon
                variant="default"
                size={36}
                aria-label={t('facts.removeLink', { site: siteName(site) })}
                onClick={() => form.removeListItem('links', index)}
              >
                <Trash2 size={16} aria-hidden />
              </ActionIcon>
            </Group>
          ))}
          <Group gap="xs" grow align="flex-start">
            <TextInput label={t('facts.newSite')} placeholder="anilist" {...form.getInputProps('site')} />
            <TextInput label={t('facts.newId')} maxLength={100} {...form.getInputProps('id')} />
          </Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={amend.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

const isSite = (text: string) => /^[a-z0-9_-]{1,32}$/.test(text.trim());

/** What the server has to be told: new and changed ids, and null for those that were taken away. */
function changesOf(before: Record<string, string>, { links, site, id }: Fields): Record<string, string | null> {
  const wanted = new Map(links.map((link) => [link.site, link.id.trim()]));
  if (site.trim()) wanted.set(site.trim(), id.trim());
  const gone = Object.keys(before).filter((known) => !wanted.has(known));
  const changed = [...wanted].filter(([name, value]) => before[name] !== value);
  return Object.fromEntries([...gone.map((name): [string, null] => [name, null]), ...changed]);
}
