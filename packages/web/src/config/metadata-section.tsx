import { Anchor, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import type { ConfigFields } from './config-fields.ts';

/** Sites that know about series and have none to fetch. The licence of TVmaze wants it named where its data is shown. */
export function MetadataSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Section title={t('config.metadata')}>
      <Text size="sm" c="dimmed">
        {t('config.metadataHelp')}
      </Text>
      {(['anilist', 'tvmaze'] as const).map((site) => (
        <Switch
          key={site}
          label={t(`config.${site}`)}
          description={t(`config.${site}Help`)}
          {...form.getInputProps(`metadata.${site}.enabled`, { type: 'checkbox' })}
        />
      ))}
      <Text size="sm" c="dimmed">
        {t('config.tvmazeCredit')}{' '}
        <Anchor href="https://www.tvmaze.com" target="_blank" rel="noreferrer" inherit underline="always">
          tvmaze.com
        </Anchor>{' '}
        <Anchor
          href="https://creativecommons.org/licenses/by-sa/4.0/"
          target="_blank"
          rel="noreferrer license"
          inherit
          underline="always"
        >
          CC BY-SA 4.0
        </Anchor>
      </Text>
    </Section>
  );
}
