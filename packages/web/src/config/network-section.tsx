import { TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import type { ConfigFields } from './config-fields.ts';

/** What the server may connect to, and how. */
export function NetworkSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const plain = { spellCheck: false, autoComplete: 'off' } as const;
  return (
    <Section title={t('config.network')}>
      <TagsInput
        label={t('config.allowPrivate')}
        description={t('config.allowPrivateHelp')}
        placeholder="192.168.1.0/24"
        {...form.getInputProps('network.allow_private')}
        error={Object.entries(form.errors).find(([path]) => path.startsWith('network.allow_private'))?.[1]}
      />
      <TextInput
        label={t('config.proxy')}
        description={t('config.proxyHelp')}
        placeholder="socks5://127.0.0.1:1080"
        {...plain}
        {...form.getInputProps('network.proxy')}
      />
      <TextInput
        label={t('config.caFile')}
        description={t('config.caFileHelp')}
        placeholder="/etc/ssl/own.pem"
        {...plain}
        {...form.getInputProps('network.ca_file')}
      />
    </Section>
  );
}
