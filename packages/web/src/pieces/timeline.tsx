import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../format/moment.ts';
import classes from './timeline.module.css';

export interface TimelineLine {
  /** ISO 8601. */
  at: string;
  title: string;
  /** The server's own words, a path or a reason; null where the title says it all. */
  detail: string | null;
  /** Stands beside the time: who did it, how much it was. */
  note?: string | null;
  trouble?: boolean;
}

interface TimelineProps {
  lines: TimelineLine[];
  /** The newest is the first, not the last. */
  backwards?: boolean;
}

/** What happened, each line with its time. */
export function Timeline({ lines, backwards = false }: TimelineProps) {
  const { t } = useTranslation();
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('timeline.empty')}
      </Text>
    );
  }
  return (
    <ol className={classes.entries} reversed={backwards}>
      {lines.map((line, index) => (
        <Line key={index} line={line} newest={index === (backwards ? 0 : lines.length - 1)} />
      ))}
    </ol>
  );
}

function Line({ line, newest }: { line: TimelineLine; newest: boolean }) {
  const { i18n } = useTranslation();
  return (
    <li className={classes.entry} data-trouble={line.trouble || undefined} data-newest={newest || undefined}>
      <Text size="sm" fw={600}>
        {line.title}
      </Text>
      {line.detail && <Text size="sm">{line.detail}</Text>}
      <Text size="xs" c="dimmed" className="numbers">
        <time dateTime={line.at}>{formatMoment(line.at, i18n.language, 'medium')}</time>
        {line.note && ` · ${line.note}`}
      </Text>
    </li>
  );
}
