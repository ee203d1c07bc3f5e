import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../format/moment.ts';
import type { ServiceInfo } from './system-query.ts';

/** The services that answer, each with its replicas and their versions. */
export function ServiceTable({ services }: { services: ServiceInfo[] }) {
  const { t, i18n } = useTranslation();
  const groups = [...Map.groupBy(services, (service) => service.name)].sort(([a], [b]) => a.localeCompare(b));
  return (
    <Table className="numbers" horizontalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('system.service')}</Table.Th>
          <Table.Th>{t('system.replicas')}</Table.Th>
          <Table.Th>{t('system.versions')}</Table.Th>
          <Table.Th>{t('system.started')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {groups.map(([name, replicas]) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>{replicas.length}</Table.Td>
            <Table.Td>{versionsOf(replicas)}</Table.Td>
            <Table.Td>{formatMoment(earliest(replicas), i18n.language)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** More than one during an update, or when a replica was forgotten in one. */
function versionsOf(replicas: ServiceInfo[]): string {
  return [...new Set(replicas.map((replica) => replica.version))].sort().join(', ');
}

function earliest(replicas: ServiceInfo[]): string {
  return replicas.map((replica) => replica.started_at).sort()[0] ?? '';
}
