import type { AppConfig } from '@aniworld/contracts';
import { t } from 'i18next';

type Parsed = ReturnType<typeof AppConfig.safeParse>;
type Issue = NonNullable<Parsed['error']>['issues'][number];

/** What is wrong with a field, in words for a person; the schema's own words where we have none. */
export function issueText(issue: Issue): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'array') return t('issue.choose');
    return issue.origin === 'string' ? t('issue.empty') : t('issue.min', { min: Number(issue.minimum) });
  }
  if (issue.code === 'too_big') {
    const max = Number(issue.maximum);
    return issue.origin === 'string' ? t('issue.long', { max }) : t('issue.max', { max });
  }
  if (issue.code === 'invalid_format' && issue.format === 'url') return t('issue.url');
  if (issue.code === 'invalid_format' && issue.format === 'regex') return patternText(issue);
  return issue.code === 'invalid_type' ? t('issue.empty') : issue.message;
}

/** The document's patterns are those of times of day, schedules and the rights of files. */
function patternText({ path }: Issue): string {
  const field = path.at(-1);
  if (field === 'schedule') return t('issue.schedule');
  return t(field === 'file_mode' || field === 'folder_mode' ? 'issue.mode' : 'issue.time');
}
