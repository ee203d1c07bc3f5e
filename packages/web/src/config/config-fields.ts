import { AppConfig, type AppError, type ConfigVersion, variableOf } from '@aniworld/contracts';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { keys } from '../cache/keys.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import { issueText } from './issue-text.ts';

export type ConfigFields = UseFormReturnType<AppConfig> & {
  /** The environment variable that decides on a field, or on the list that it belongs to. */
  fixedBy(path: string): string | undefined;
};

/** The form's state, checked by the contract's own schema. What the environment decides can't be edited, and says so. */
export function useConfigForm({ config, overridden }: ConfigVersion): ConfigFields {
  const fixedBy = (path: string) => {
    const found = overridden.find((one) => path === one || path.startsWith(`${one}.`));
    return found && variableOf(found);
  };
  const form = useForm<AppConfig>({
    initialValues: config,
    enhanceGetInputProps: ({ field }) => {
      const variable = fixedBy(String(field));
      if (!variable) return {};
      const note = overridden.includes(String(field)) && { description: t('config.fixed', { variable }) };
      return { disabled: true, ...note };
    },
    validate: (values) => {
      const parsed = AppConfig.safeParse(values);
      if (parsed.success) return {};
      return Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join('.'), issueText(issue)]));
    },
  });
  return { ...form, fixedBy };
}

/** Saves the whole document if nobody has changed it meanwhile; what the server refuses is shown at its field. */
export function useSaveConfig(version: number, form: ConfigFields) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (config: AppConfig) => api.config.update({ config, version }),
    meta: { ownErrors: true },
    onSuccess: (saved) => {
      client.setQueryData(keys.config, saved);
      void client.invalidateQueries({ queryKey: keys.configHistory });
      showDone(t('config.saved'));
    },
    onError: (error: AppError) => form.setErrors(fieldErrors(error)),
  });
}

/** The server names fields from the request's root and may write array places as `[0]`; the form wants `library.folders.0`. */
export function fieldErrors(error: AppError): Record<string, string> {
  const errors = error.details?.errors ?? [];
  if (error.code === 'FOLDER_UNUSABLE' && errors.length === 0) return { 'library.folders': error.message };
  const entries = errors.map(({ path, message }) => [
    path
      .replace(/\[(\d+)\]/g, '.$1')
      .replace(/^\/?config[./]/, '')
      .replaceAll('/', '.'),
    message,
  ]);
  return Object.fromEntries(entries);
}
