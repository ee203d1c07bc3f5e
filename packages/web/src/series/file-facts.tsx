import type { Episode } from '@aniworld/contracts';
import { Code, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../format/bytes.ts';
import { formatDuration } from '../format/duration.ts';
import { formatMoment } from '../format/moment.ts';
import { Fact } from './fact.tsx';
import { audioText, subtitleText, videoText } from './media-text.ts';

type File = NonNullable<Episode['file']>;

/** An episode's file: where it is, why it is taken for this episode, and what is in it. */
export function FileFacts({ file }: { file: File }) {
  const { t, i18n } = useTranslation();
  const changed = t('media.changedAt', { when: formatMoment(file.modified_at, i18n.language) });
  return (
    <>
      <Fact label={t('series.file')}>
        <Code>{file.path}</Code>{' '}
        <Text span size="sm" c="dimmed" className="numbers">
          {formatBytes(file.size, i18n.language)} · {changed}
        </Text>
      </Fact>
      <Fact label={t('series.whyMatched')}>{file.match}</Fact>
      <Media media={file.media ?? null} />
    </>
  );
}

function Media({ media }: { media: NonNullable<File['media']> | null }) {
  const { t, i18n } = useTranslation();
  if (!media) return <Fact label={t('media.label')}>{t('media.none')}</Fact>;
  const rows = [
    ['video', videoText(media, i18n.language, t)],
    ['audio', audioText(media, i18n.language, t)],
    ['subtitles', subtitleText(media, i18n.language, t)],
    ['duration', media.duration_seconds === null ? '' : formatDuration(media.duration_seconds)],
  ] as const;
  return rows.map(
    ([name, text]) =>
      text && (
        <Fact key={name} label={t(`media.${name}`)}>
          {text}
        </Fact>
      ),
  );
}
