import { Button, Container, Group } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { CloudOff, Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Blank } from './blank.tsx';
import { messageOf } from './toast.tsx';

/** The last resort: a page that could not be shown at all. */
export function PageError({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <Container component="main" size="sm" py={80}>
      <Blank level={1} icon={CloudOff} title={t('error.page')} hint={messageOf(error)}>
        <Button onClick={() => location.reload()}>{t('error.reload')}</Button>
      </Blank>
    </Container>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Container component="main" size="sm" py={80}>
      <Blank level={1} icon={Compass} title={t('error.notFound')} hint={t('error.notFoundHint')}>
        <Group justify="center">
          <Button component={Link} to="/">
            {t('error.home')}
          </Button>
        </Group>
      </Blank>
    </Container>
  );
}
