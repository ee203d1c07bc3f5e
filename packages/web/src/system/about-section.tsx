import { Anchor, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Section } from '../pieces/section.tsx';
import { baseUrl } from '../session/api.ts';
import { systemQuery } from './system-query.ts';

const PLACES = [
  ['api', '/api/docs/'],
  ['events', '/api/docs/events/'],
  ['health', '/health/ready'],
] as const;

/** The version, and where programs find out how to talk to the server. */
export function AboutSection() {
  const { t } = useTranslation();
  const version = useQuery(systemQuery).data?.version ?? '…';
  return (
    <Section title={t('system.about')}>
      <Text size="sm" className="numbers">
        {t('system.version', { version })}
      </Text>
      <Group gap="lg">
        {PLACES.map(([name, path]) => (
          <Anchor key={name} href={baseUrl + path} size="sm" c="var(--page-accent)" underline="always">
            {t(`system.${name}`)}
          </Anchor>
        ))}
      </Group>
    </Section>
  );
}
