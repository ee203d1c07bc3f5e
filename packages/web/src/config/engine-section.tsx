import { Select, SimpleGrid, Switch, TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';
import { FixedNote } from './fixed-note.tsx';
import { Folded } from './folded.tsx';

const QUALITIES = ['best', '2160p', '1440p', '1080p', '720p', '480p', '360p', 'least'] as const;
const SPEEDS = [
  ['speed', 'download.bytes_per_second'],
  ['hostSpeed', 'download.host_bytes_per_second'],
  ['itemSpeed', 'download.item_bytes_per_second'],
  ['leastSpeed', 'download.least_bytes_per_second'],
] as const;

/** Which variant of an episode is fetched, and how fast; limits are folded away. */
export function EngineSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const name = (quality: (typeof QUALITIES)[number]) =>
    quality === 'best' || quality === 'least' ? t(`config.qualities.${quality}`) : quality;
  return (
    <Section title={t('config.engines')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('config.quality')}
          description={t('config.qualityHelp')}
          data={QUALITIES.map((value) => ({ value, label: name(value) }))}
          allowDeselect={false}
          {...form.getInputProps('download.quality')}
        />
        <TagsInput
          label={t('config.subtitles')}
          description={t('config.subtitlesHelp')}
          placeholder="en"
          {...form.getInputProps('download.subtitle_languages')}
        />
      </SimpleGrid>
      <Switch
        label={t('config.verifyMedia')}
        description={t('config.verifyMediaHelp')}
        {...form.getInputProps('download.verify_media', { type: 'checkbox' })}
      />
      <Switch
        label={t('config.live')}
        checked={form.values.download.live === 'follow'}
        disabled={form.fixedBy('download.live') !== undefined}
        onChange={({ currentTarget }) =>
          form.setFieldValue('download.live', currentTarget.checked ? 'follow' : 'refuse')
        }
      />
      <FixedNote form={form} path="download.live" />
      <Folded title={t('config.speeds')} open={SPEEDS.some(([, path]) => Boolean(form.errors[path]))}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {SPEEDS.map(([text, path]) => (
            <AmountInput
              key={path}
              form={form}
              path={path}
              per={1_000}
              suffix={t('config.kilobytesPerSecond')}
              label={t(`config.${text}`)}
              description={t(`config.${text}Help`)}
            />
          ))}
        </SimpleGrid>
      </Folded>
    </Section>
  );
}
