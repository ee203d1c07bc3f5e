import { ActionIcon, Button, Fieldset, Stack, Switch, Text, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConfigFields } from './config-fields.ts';
import { FixedNote } from './fixed-note.tsx';
import classes from './provider-section.module.css';
import { Section } from '../pieces/section.tsx';

/** Where series come from: which providers are asked, and the feeds. */
export function ProviderSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.providers')}>
      <Switch
        label={t('config.sample')}
        description={t('config.sampleHelp')}
        {...form.getInputProps('providers.sample.enabled', { type: 'checkbox' })}
      />
      <Switch
        label={t('config.rss')}
        description={t('config.rssHelp')}
        {...form.getInputProps('providers.rss.enabled', { type: 'checkbox' })}
      />
      {form.values.providers.rss.enabled && <Feeds form={form} />}
    </Section>
  );
}

function Feeds({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const { feeds } = form.values.providers.rss;
  return (
    <Stack gap="sm">
      <FixedNote form={form} path="providers.rss.feeds" />
      {feeds.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('config.noFeeds')}
        </Text>
      )}
      {feeds.map((_, index) => (
        <FeedFields key={index} form={form} index={index} />
      ))}
      <Button
        variant="default"
        w="fit-content"
        leftSection={<Plus size={16} aria-hidden />}
        disabled={form.fixedBy('providers.rss.feeds') !== undefined}
        onClick={() => form.insertListItem('providers.rss.feeds', { name: '', url: '' })}
      >
        {t('config.addFeed')}
      </Button>
    </Stack>
  );
}

function FeedFields({ form, index }: { form: ConfigFields; index: number }) {
  const { t } = useTranslation();
  const legend = t('config.feed', { number: index + 1 });
  return (
    <Fieldset legend={legend} className={classes.feed} p="sm">
      <TextInput label={t('config.feedName')} {...form.getInputProps(`providers.rss.feeds.${index}.name`)} />
      <TextInput
        label={t('config.feedUrl')}
        type="url"
        placeholder="https://"
        spellCheck={false}
        {...form.getInputProps(`providers.rss.feeds.${index}.url`)}
      />
      <ActionIcon
        variant="default"
        size={36}
        mt={25}
        aria-label={`${t('action.remove')}: ${legend}`}
        disabled={form.fixedBy('providers.rss.feeds') !== undefined}
        onClick={() => form.removeListItem('providers.rss.feeds', index)}
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Fieldset>
  );
}
