import type { AppError } from '@aniworld/contracts';
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { beginSession } from '../session/session.ts';
import { AccountName } from './account-name.tsx';
import { Entrance } from './entrance.tsx';

interface SetupValues {
  password: string;
  repeat: string;
  folder: string;
}

/** First start: password and library folder in one step; it ends logged in. */
export function SetupPage() {
  const { t } = useTranslation();
  const form = useSetupForm();
  const setup = useSetup((error) => form.setErrors(fieldErrors(error)));
  return (
    <Entrance title={t('setup.title')} intro={t('setup.intro')}>
      <form onSubmit={form.onSubmit((values) => setup.mutate(values))}>
        <AccountName />
        <Stack>
          <PasswordInput
            label={t('setup.password')}
            description={t('setup.passwordHelp')}
            autoComplete="new-password"
            autoFocus
            {...form.getInputProps('password')}
          />
          <PasswordInput label={t('setup.repeat')} autoComplete="new-password" {...form.getInputProps('repeat')} />
          <TextInput
            label={t('setup.folder')}
            description={t('setup.folderHelp')}
            placeholder="/srv/media/anime"
            leftSection={<FolderOpen size={16} aria-hidden />}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('folder')}
          />
          {setup.error && (
            <Alert color="red" role="alert">
              {messageOf(setup.error)}
            </Alert>
          )}
          <Button type="submit" size="md" loading={setup.isPending}>
            {t('setup.submit')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

function useSetupForm() {
  const { t } = useTranslation();
  return useForm<SetupValues>({
    initialValues: { password: '', repeat: '', folder: '' },
    validate: {
      password: (value) => (value.length < 8 ? t('setup.short') : null),
      repeat: (value, { password }) => (value === password ? null : t('setup.mismatch')),
      folder: (value) => (/^($|\/|[A-Za-z]:[\\/])/.test(value.trim()) ? null : t('setup.folderAbsolute')),
    },
  });
}

function useSetup(onRefused: (error: AppError) => void) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ password, folder }: SetupValues) =>
      api.config.setup({ password, config: { library: { folders: folder.trim() ? [folder.trim()] : [] } } }),
    meta: { ownErrors: true },
    onSuccess: (session) => {
      beginSession(session);
      void navigate({ to: '/' });
    },
    onError: onRefused,
  });
}

function fieldErrors(error: AppError): Record<string, string> {
  if (error.code === 'FOLDER_UNUSABLE') return { folder: error.message };
  const entries = (error.details?.errors ?? []).map(({ path, message }) => [
    path.includes('folders') ? 'folder' : path,
    message,
  ]);
  return Object.fromEntries(entries);
}
