import { namingPresets, NamingTemplate } from '@aniworld/contracts';
import { Code, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { keys } from '../cache/keys.ts';
import { api } from '../session/api.ts';
import type { ConfigFields } from './config-fields.ts';
import { Folded } from './folded.tsx';

const PATH = 'library.naming';
/** Asked for so long after the last key. */
const PAUSE_MS = 250;

type Preset = keyof typeof namingPresets;
const presets = Object.keys(namingPresets) as Preset[];

/** The naming template: a preset or one's own, with what becomes of it as one types. */
export function NamingField({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const { naming } = form.values.library;
  const preset = presets.find((name) => namingPresets[name] === naming);
  return (
    <Stack gap="sm">
      <Select
        label={t('config.namingPreset')}
        data={[...presets, ...(preset ? [] : ['own' as const])].map((value) => ({
          value,
          label: t(`config.namingPresets.${value}`),
        }))}
        disabled={form.fixedBy(PATH) !== undefined}
        value={preset ?? 'own'}
        allowDeselect={false}
        maw={320}
        onChange={(chosen) => {
          if (chosen && chosen in namingPresets) form.setFieldValue(PATH, namingPresets[chosen as Preset]);
        }}
      />
      <TextInput
        label={t('config.naming')}
        description={t('config.namingHelp')}
        spellCheck={false}
        {...form.getInputProps(PATH)}
        error={form.errors[PATH] ?? problemOf(naming)}
      />
      <NamingPreview template={naming} />
    </Stack>
  );
}

/** What is wrong with a template, said while it is typed. */
function problemOf(template: string): string | undefined {
  return NamingTemplate.safeParse(template).error?.issues[0]?.message;
}

function NamingPreview({ template }: { template: string }) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(template, PAUSE_MS);
  const { data } = useQuery({
    queryKey: keys.naming(asked),
    queryFn: ({ signal }) => api.config.previewNaming({ template: asked }, { signal }),
    enabled: problemOf(asked) === undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <>
      <Table fz="sm" verticalSpacing={4} captionSide="top" aria-live="polite" style={{ overflowWrap: 'anywhere' }}>
        <Table.Caption ta="left">{t('config.namingPreview')}</Table.Caption>
        <Table.Tbody>
          {data.examples.map(({ kind, path }) => (
            <Table.Tr key={kind}>
              <Table.Th scope="row" fw={500} w="9rem">
                {t(`config.namingKinds.${kind}`)}
              </Table.Th>
              <Table.Td>
                <Code>{path}</Code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Folded title={t('config.namingFields')} open={false}>
        <Stack gap={4}>
          {data.fields.map(({ name, description }) => (
            <Text key={name} size="sm">
              <Code>{`{${name}}`}</Code> {description}
            </Text>
          ))}
        </Stack>
      </Folded>
    </>
  );
}
