import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../format/moment.ts';
import { isTrouble, type TimelineEntry, timelineText } from './timeline-text.ts';
import classes from './timeline.module.css';

/** What happened, the oldest first, each with its time and who did it. */
export function Timeline({ entries }: { entries: TimelineEntry[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('timeline.empty')}
      </Text>
    );
  }
  return (
    <ol className={classes.entries}>
      {entries.map((entry, index) => (
        <Entry key={index} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const { t, i18n } = useTranslation();
  const { title, detail } = timelineText(entry);
  return (
    <li className={classes.entry} data-trouble={isTrouble(entry) || undefined}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {detail && <Text size="sm">{detail}</Text>}
      <Text size="xs" c="dimmed" className="numbers">
        <time dateTime={entry.at}>{formatMoment(entry.at, i18n.language, 'medium')}</time>
        {entry.worker && ` · ${t('timeline.worker', { worker: entry.worker })}`}
      </Text>
    </li>
  );
}
