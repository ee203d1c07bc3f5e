import type { AppConfig } from '@aniworld/contracts';
import { t } from 'i18next';

type Parsed = ReturnType<typeof AppConfig.safeParse>;
type Issue = NonNullable<Parsed['error']>['issues'][number];

/** What is wrong with a field, in words for a person; the schema's own words where we have none. */
export function issueText(issue: Issue): string {
  if (issue.code === 'too_small') {
    return issue.origin === 'string' ? t('issue.empty') : t('issue.min', { min: Number(issue.minimum) });
  }
  if (issue.code === 'too_big') {
    const max = Number(issue.maximum);
    return issue.origin === 'number' ? t('issue.max', { max }) : t('issue.long', { max });
  }
  if (issue.code === 'invalid_format' && issue.format === 'url') return t('issue.url');
  return issue.code === 'invalid_type' ? t('issue.empty') : issue.message;
}
