import type { RenamePlan } from '@aniworld/contracts';
import { Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import rows from '../pieces/item-rows.module.css';
import classes from './files.module.css';
import { sameStart } from './path-text.ts';

/** One file that the template would name otherwise: from, to, what moves along, or why it stays. */
export function RenameRow({ plan }: { plan: RenamePlan }) {
  const { t } = useTranslation();
  const { folder, rest } = sameStart(plan.from, plan.to);
  return (
    <div className={`${rows.line} ${classes.row}`}>
      <div className={classes.file}>
        <Text size="xs" c="dimmed" className="path">
          {folder}
        </Text>
        <dl className={classes.paths}>
          <dt>{t('files.from')}</dt>
          <dd>{rest[0]}</dd>
          <dt>{t('files.to')}</dt>
          <dd style={{ fontWeight: 600 }}>{rest[1]}</dd>
        </dl>
        {plan.beside.length > 0 && (
          <Text size="xs" c="dimmed" title={plan.beside.map((one) => one.from).join('\n')}>
            {t('files.beside', { count: plan.beside.length })}
          </Text>
        )}
        {plan.conflict !== null && (
          <Text size="sm" c="var(--page-attention)" mt={2}>
            <TriangleAlert size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('files.stays')} {plan.conflict}
          </Text>
        )}
      </div>
    </div>
  );
}
