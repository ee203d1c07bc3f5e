import type { SeriesDetails } from '@aniworld/contracts';
import { ActionIcon, Anchor, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Pencil } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { EditLinks } from './edit-links.tsx';
import { linkAddress, siteName } from './link-address.ts';

/** The series' ids at other sites, and a way to change them. */
export function SeriesLinks({ series }: { series: SeriesDetails }) {
  const { t } = useTranslation();
  const [editing, edit] = useDisclosure();
  const links = Object.entries(series.links);
  return (
    <Group gap={6} wrap="nowrap" align="center">
      <Text size="sm" c="dimmed" component="div">
        {t('facts.elsewhere')}: {links.length === 0 && t('facts.noLinks')}
        {links.map(([site, id], index) => (
          <span key={site}>
            {index > 0 && ' · '}
            <SiteLink site={site} id={id} />
          </span>
        ))}
      </Text>
      <ActionIcon variant="subtle" color="gray" aria-label={t('facts.editLinks')} onClick={edit.open}>
        <Pencil size={15} aria-hidden />
      </ActionIcon>
      {editing && <EditLinks series={series} onClose={edit.close} />}
    </Group>
  );
}

function SiteLink({ site, id }: { site: string; id: string }) {
  const address = linkAddress(site, id);
  const name = siteName(site);
  if (!address) return <span className="path">{`${name} ${id}`}</span>;
  return (
    <Anchor href={address} target="_blank" rel="noreferrer" size="sm" className="path" underline="always">
      {address === id ? name : `${name} ${id}`}
    </Anchor>
  );
}
