import type { ConfigDocument, ConfigImport, ConfigVersion } from '@aniworld/contracts';
import { ConfigDocument as Document } from '@aniworld/contracts';
import { Button, Checkbox, FileButton, Group, List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Download, Upload } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../pieces/dialog.tsx';
import { keys } from '../cache/keys.ts';
import { saveFile } from '../pieces/save-file.ts';
import { Section } from '../pieces/section.tsx';
import { showDone, showError } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { ChangeList } from './change-list.tsx';

/** A file that was read and what the server says of it. */
interface Offer {
  document: ConfigDocument;
  review: ConfigImport;
}

/** All settings as a file, and back. */
export function TransferSection({ current }: { current: ConfigVersion }) {
  const { t } = useTranslation();
  const [secrets, setSecrets] = useState(false);
  const [offer, setOffer] = useState<Offer | null>(null);
  const exporting = useMutation({ mutationFn: async () => save(await api.config.export({ secrets })) });
  const look = async (file: File | null) => {
    if (!file) return;
    const parsed = Document.safeParse(await jsonOf(file));
    if (!parsed.success) return showError(new Error(t('config.notAnExport')));
    const document = parsed.data;
    await api.config.import({ document, dry_run: true }).then((review) => setOffer({ document, review }), showError);
  };
  return (
    <Section title={t('config.transfer')}>
      <Text size="sm" c="dimmed">
        {t('config.transferHelp')}
      </Text>
      <Checkbox
        label={t('config.withSecrets')}
        description={t('config.withSecretsHelp')}
        checked={secrets}
        onChange={({ currentTarget }) => setSecrets(currentTarget.checked)}
      />
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<Download size={16} aria-hidden />}
          loading={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {t('config.export')}
        </Button>
        <FileButton accept="application/json,.json" onChange={(file) => void look(file)}>
          {(props) => (
            <Button variant="default" leftSection={<Upload size={16} aria-hidden />} {...props}>
              {t('config.import')}
            </Button>
          )}
        </FileButton>
      </Group>
      {offer && <ImportDialog offer={offer} current={current.version} onClose={() => setOffer(null)} />}
    </Section>
  );
}

interface ImportDialogProps {
  offer: Offer;
  current: number;
  onClose: () => void;
}

function ImportDialog({ offer: { document, review }, current, onClose }: ImportDialogProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const take = useMutation({
    mutationFn: () => api.config.import({ document, if_match: String(current) }),
    onSuccess: async () => {
      onClose();
      showDone(t('config.imported'));
      await client.invalidateQueries({ queryKey: keys.config });
      await client.invalidateQueries({ queryKey: keys.configHistory });
    },
  });
  return (
    <Dialog opened onClose={onClose} title={t('config.importTitle')}>
      <Stack gap="md">
        <Remarks title={t('config.importProblems')} remarks={review.problems} />
        <Remarks title={t('config.importWarnings')} remarks={review.warnings} />
        {review.valid && (
          <div>
            <Text size="sm" fw={600}>
              {t(review.changes.length > 0 ? 'config.importChanges' : 'config.importNothing')}
            </Text>
            <ChangeList changes={review.changes} />
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button disabled={!review.valid} loading={take.isPending} onClick={() => take.mutate()}>
            {t('config.importApply')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Remarks({ title, remarks }: { title: string; remarks: ConfigImport['problems'] }) {
  if (remarks.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm" style={{ overflowWrap: 'anywhere' }}>
        {remarks.map(({ path, message }) => (
          <List.Item key={`${path} ${message}`}>
            {path}: {message}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

async function jsonOf(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch {
    return undefined;
  }
}

function save(content: ConfigDocument): void {
  const file = new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' });
  saveFile(file, `aniworld-config-${new Date().toISOString().slice(0, 10)}.json`);
}
