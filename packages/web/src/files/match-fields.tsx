import { Checkbox, Group, NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { configQuery } from '../config/config-query.ts';
import type { OpenFile } from './file-queries.ts';
import { isSingle, type MatchForm, numbersOf } from './match-form.ts';
import { nameOf, sharedFolders } from './path-text.ts';
import { SeriesPicker } from '../pieces/series-picker.tsx';

interface MatchFieldsProps {
  files: OpenFile[];
  form: MatchForm;
  onChange: (change: Partial<MatchForm>) => void;
}

/** Which files, which series, which numbers, and whether it holds for later files too. */
export function MatchFields({ files, form, onChange }: MatchFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Which files={files} form={form} onChange={onChange} />
      <SeriesPicker
        label={t('files.series')}
        placeholder={t('files.seriesPlaceholder')}
        autoFocus={form.series === null}
        likely={likelyOf(files)}
        value={form.series}
        onChange={(series) => onChange({ series })}
      />
      <Numbers files={files} form={form} onChange={onChange} />
      <Remember files={files} form={form} onChange={onChange} />
    </>
  );
}

function likelyOf(files: OpenFile[]) {
  const all = files.flatMap((file) => file.candidates.map(({ series_id, title }) => [series_id, title] as const));
  return [...new Map(all)].slice(0, 5).map(([id, title]) => ({ id, title }));
}

/** The chosen files, or one of the folders that they all lie in. */
function Which({ files, form, onChange }: MatchFieldsProps) {
  const { t } = useTranslation();
  const config = useQuery(configQuery);
  const libraries = config.data?.config.library.folders ?? [];
  const paths = files.map((file) => file.path);
  const folders = config.data ? sharedFolders(paths, libraries) : [];
  if (form.folder !== null && !folders.includes(form.folder)) folders.unshift(form.folder);
  const name = files.length === 1 ? nameOf(paths[0]!) : t('files.chosenFiles', { count: files.length });
  return (
    <NativeSelect
      label={t('files.which')}
      value={form.folder ?? ''}
      data={[
        { value: '', label: name },
        ...folders.map((folder) => ({ value: folder, label: t('files.allIn', { folder }) })),
      ]}
      onChange={(event) => onChange({ folder: event.currentTarget.value || null })}
    />
  );
}

function Numbers({ files, form, onChange }: MatchFieldsProps) {
  const { t } = useTranslation();
  const single = isSingle(form, files);
  const wrong = single && form.episodes.trim() !== '' && numbersOf(form.episodes) === null;
  const named = single && form.episodes.trim() !== '';
  return (
    <Group align="flex-start" gap="sm">
      <NumberInput
        label={t('files.season')}
        description={t('files.seasonHelp')}
        placeholder={t('files.asNamed')}
        flex={1}
        miw={130}
        min={0}
        max={9_999}
        allowDecimal={false}
        value={form.season}
        onChange={(season) => onChange({ season: typeof season === 'number' ? season : '' })}
      />
      {single && (
        <TextInput
          label={t('files.episodes')}
          description={t('files.episodesHelp')}
          placeholder={t('files.asNamed')}
          flex={1}
          miw={130}
          value={form.episodes}
          error={wrong && t('files.episodesWrong')}
          onChange={(event) => onChange({ episodes: event.currentTarget.value })}
        />
      )}
      <NumberInput
        label={t('files.offset')}
        description={t('files.offsetHelp')}
        flex={1}
        miw={130}
        min={-99_999}
        max={99_999}
        allowDecimal={false}
        disabled={named}
        value={form.offset}
        onChange={(offset) => onChange({ offset: typeof offset === 'number' ? offset : '' })}
      />
    </Group>
  );
}

/** A rule is about the file whose episodes are named, the folder that is named, or else one of two. */
function Remember({ files, form, onChange }: MatchFieldsProps) {
  const { t } = useTranslation();
  const named = isSingle(form, files) && form.episodes.trim() !== '';
  const scope = named ? 'file' : form.folder === null ? null : 'folder';
  return (
    <Stack gap="xs">
      <Checkbox
        label={t('files.remember')}
        description={t(scope ? `files.rememberFor.${scope}` : 'files.rememberHelp')}
        checked={form.remember}
        onChange={(event) => onChange({ remember: event.currentTarget.checked })}
      />
      {form.remember && scope === null && (
        <Radio.Group
          aria-label={t('files.scopeLabel')}
          value={form.scope}
          onChange={(value) => onChange({ scope: value === 'folder' ? 'folder' : 'title' })}
          ml={32}
        >
          <Group gap="md">
            <Radio value="title" label={t('files.scopeTitle')} />
            <Radio value="folder" label={t('files.scopeFolder')} />
          </Group>
        </Radio.Group>
      )}
    </Stack>
  );
}
