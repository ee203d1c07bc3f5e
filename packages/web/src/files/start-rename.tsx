import type { RenamePlan } from '@aniworld/contracts';
import { Button, Text } from '@mantine/core';
import { FilePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { Confirm } from '../pieces/confirm.tsx';
import { useConfirmed } from '../pieces/use-confirmed.ts';
import { api } from '../session/api.ts';

interface StartRenameProps {
  series: string | undefined;
  /** What is known of what would be done. */
  plans: RenamePlan[];
  /** Whether that is all. */
  complete: boolean;
  blocked: boolean;
}

/** Renames what the preview shows, after a question. */
export function StartRename({ series, plans, complete, blocked }: StartRenameProps) {
  const { t } = useTranslation();
  const { ask, confirm } = useConfirmed(() => api.anime.rename(series ? { series_ids: [series] } : {}), keys.renames);
  const conflicts = plans.filter((plan) => plan.conflict !== null).length;
  const count = plans.length - conflicts;
  return (
    <>
      <Button
        leftSection={<FilePen size={17} aria-hidden />}
        disabled={blocked || (complete && count === 0)}
        onClick={ask}
      >
        {t('files.renameFiles')}
      </Button>
      <Confirm {...confirm} title={t('files.renameTitle')} action={t('files.renameStart')}>
        <Text>{t(complete ? 'files.renameCount' : 'files.renameMore', { count })}</Text>
        {conflicts > 0 && <Text size="sm">{t('files.renameConflicts', { count: conflicts })}</Text>}
        <Text size="sm" c="dimmed">
          {t('files.renameHint')}
        </Text>
      </Confirm>
    </>
  );
}
