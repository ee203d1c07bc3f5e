import type { RenamePlan } from '@aniworld/contracts';
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FilePen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { Confirm } from '../pieces/confirm.tsx';
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
  const client = useQueryClient();
  const [asking, ask] = useDisclosure();
  const start = useMutation({
    mutationFn: () => api.anime.rename(series ? { series_ids: [series] } : {}),
    onSettled: () => {
      ask.close();
      return client.invalidateQueries({ queryKey: keys.renames });
    },
  });
  const conflicts = plans.filter((plan) => plan.conflict !== null).length;
  const count = plans.length - conflicts;
  return (
    <>
      <Button
        leftSection={<FilePen size={17} aria-hidden />}
        disabled={blocked || (complete && count === 0)}
        onClick={ask.open}
      >
        {t('files.renameFiles')}
      </Button>
      <Confirm
        opened={asking}
        title={t('files.renameTitle')}
        action={t('files.renameStart')}
        loading={start.isPending}
        onConfirm={() => start.mutate()}
        onClose={ask.close}
      >
        <Text>{t(complete ? 'files.renameCount' : 'files.renameMore', { count })}</Text>
        {conflicts > 0 && <Text size="sm">{t('files.renameConflicts', { count: conflicts })}</Text>}
        <Text size="sm" c="dimmed">
          {t('files.renameHint')}
        </Text>
      </Confirm>
    </>
  );
}
