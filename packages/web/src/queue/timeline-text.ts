import { type contracts, FailureCause, Priority, type Reply } from '@aniworld/contracts';
import { t } from 'i18next';
import type { TimelineLine } from '../pieces/timeline.tsx';

export type TimelineEntry = Pick<Reply<typeof contracts.queue.timeline>['items'][number], 'at' | 'what' | 'detail'> & {
  worker?: string | null;
};

export type TimelineText = Pick<TimelineLine, 'title' | 'detail'>;

const PLAIN = ['claimed', 'completed', 'held', 'released', 'retried', 'removed'] as const;

/** One line of the queue's part of a timeline. */
export function queueLine(entry: TimelineEntry): TimelineLine {
  const note = entry.worker ? t('timeline.worker', { worker: entry.worker }) : null;
  return { at: entry.at, ...timelineText(entry), note, trouble: isTrouble(entry) };
}

/** It in words. What a newer server calls by a name unknown here is shown by that name. */
export function timelineText({ what, detail }: TimelineEntry): TimelineText {
  if (what === 'queued' || what === 'priority') {
    const priority = Priority.safeParse(detail).data;
    return { title: t(`timeline.${what}`, { priority: priority ? t(`priority.${priority}`) : detail }), detail: null };
  }
  if (what === 'moved') return { title: movedText(detail), detail: null };
  const plain = PLAIN.find((one) => one === what);
  if (plain) return { title: t(`timeline.${plain}`), detail };
  const cause = FailureCause.safeParse(what).data;
  return { title: cause ? t(`cause.${cause}`) : what.replaceAll('_', ' '), detail };
}

/** Whether the line tells of trouble. */
export function isTrouble({ what }: TimelineEntry): boolean {
  return what !== 'cancelled' && what !== 'shutdown' && FailureCause.safeParse(what).success;
}

/** The server counts places from 0, people from 1. */
function movedText(detail: string | null): string {
  const position = /\d+/.exec(detail ?? '')?.[0];
  return position === undefined ? t('timeline.moved') : t('timeline.movedTo', { place: Number(position) + 1 });
}
