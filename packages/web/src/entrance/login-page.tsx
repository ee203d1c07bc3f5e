import type { AppError } from '@aniworld/contracts';
import { Alert, Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { returnPath } from '../session/return-path.ts';
import { beginSession } from '../session/session.ts';
import { AccountName } from './account-name.tsx';
import { Entrance } from './entrance.tsx';

/** Asks for the master password and leads back to where the session ended. */
export function LoginPage() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: '/login' });
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : t('login.empty')) },
  });
  const login = useLogin(next, (error) => {
    if (error.code === 'INVALID_CREDENTIALS') form.setFieldError('password', error.message);
  });
  return (
    <Entrance title={t('login.title')} intro={next && next !== '/' ? t('login.ended') : t('login.intro')}>
      <form onSubmit={form.onSubmit(({ password }) => login.mutate(password))}>
        <AccountName />
        <Stack>
          <PasswordInput
            label={t('login.password')}
            size="md"
            autoComplete="current-password"
            autoFocus
            {...form.getInputProps('password')}
          />
          {login.error && login.error.code !== 'INVALID_CREDENTIALS' && (
            <Alert color="red" role="alert">
              {messageOf(login.error)}
            </Alert>
          )}
          <Button type="submit" size="md" loading={login.isPending}>
            {t('login.submit')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

function useLogin(next: string | undefined, onRefused: (error: AppError) => void) {
  const router = useRouter();
  return useMutation({
    mutationFn: (password: string) => api.auth.login({ password }),
    meta: { ownErrors: true },
    onSuccess: (session) => {
      beginSession(session);
      void router.navigate({ href: returnPath(next) });
    },
    onError: onRefused,
  });
}
