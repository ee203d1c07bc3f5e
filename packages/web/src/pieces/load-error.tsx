import { Button } from '@mantine/core';
import { CloudOff, RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Blank } from './blank.tsx';
import { messageOf } from './toast.tsx';

interface LoadErrorProps {
  error: unknown;
  onRetry: () => unknown;
  level?: 1 | 2;
}

/** Content that could not be loaded: the reason, and a way to try again. */
export function LoadError({ error, onRetry, level }: LoadErrorProps) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Blank icon={CloudOff} title={t('error.load')} hint={messageOf(error)} {...(level && { level })}>
        <Button variant="light" leftSection={<RotateCw size={16} aria-hidden />} onClick={() => onRetry()}>
          {t('action.retry')}
        </Button>
      </Blank>
    </div>
  );
}
