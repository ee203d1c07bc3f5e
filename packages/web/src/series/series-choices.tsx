import { Monitor, Priority, type SeriesDetails } from '@aniworld/contracts';
import { Button, Collapse, NativeSelect, SimpleGrid, Switch, TagsInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useKnownTags } from '../library/known-tags.ts';
import { libraryConfigQuery } from '../library/library-config.ts';
import classes from './series-choices.module.css';
import { type SeriesAmendment, useAmendSeries } from './use-amend.ts';

interface ChoiceProps {
  series: SeriesDetails;
  amend: (change: SeriesAmendment) => void;
}

/** What is wanted of the series and how it is fetched and filed; each change holds at once. The rarer ones unfold. */
export function SeriesChoices({ series }: { series: SeriesDetails }) {
  const { t } = useTranslation();
  const { mutate: amend } = useAmendSeries(series.id);
  const [open, more] = useDisclosure();
  return (
    <section className={`raised ${classes.choices}`} aria-label={t('monitor.section')}>
      <div className={classes.first}>
        <MonitorChoice series={series} amend={amend} />
        <Switch
          label={t('monitor.autoDownload')}
          description={t('monitor.autoDownloadHint')}
          checked={series.auto_download}
          onChange={(event) => amend({ auto_download: event.currentTarget.checked })}
        />
        <Button
          variant="subtle"
          color="gray"
          aria-expanded={open}
          rightSection={<ChevronDown size={16} aria-hidden className={classes.chevron} data-open={open || undefined} />}
          onClick={more.toggle}
        >
          {t('monitor.more')}
        </Button>
      </div>
      <Collapse expanded={open} keepMounted={false}>
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="lg" verticalSpacing="md" pt="md">
          <NativeSelect
            label={t('priority.label')}
            description={t('monitor.priorityHint')}
            value={series.priority}
            data={Priority.options.map((value) => ({ value, label: t(`priority.${value}`) }))}
            onChange={(event) => amend({ priority: Priority.parse(event.currentTarget.value) })}
          />
          <Tags series={series} amend={amend} />
          <Folder series={series} amend={amend} />
        </SimpleGrid>
      </Collapse>
    </section>
  );
}

function MonitorChoice({ series, amend }: ChoiceProps) {
  const { t } = useTranslation();
  const { monitor, monitored_count: monitored, episode_count: episodes } = series;
  const plain = { all: episodes, none: 0, future: null, missing: null }[monitor];
  const chosenOneByOne = plain !== null && plain !== monitored;
  return (
    <NativeSelect
      label={t('monitor.label')}
      description={chosenOneByOne ? t('monitor.someOf', { monitored, episodes }) : t(`monitor.${monitor}Hint`)}
      value={monitor}
      data={Monitor.options.map((value) => ({ value, label: t(`monitor.${value}`) }))}
      onChange={(event) => amend({ monitor: Monitor.parse(event.currentTarget.value) })}
    />
  );
}

function Tags({ series, amend }: ChoiceProps) {
  const { t } = useTranslation();
  const known = useKnownTags();
  return (
    <TagsInput
      label={t('monitor.tags')}
      description={t('monitor.tagsHint')}
      placeholder={series.tags.length === 0 ? t('monitor.addTag') : ''}
      maxTags={50}
      value={series.tags}
      data={known}
      onChange={(tags) => amend({ tags: [...new Set(tags.map((tag) => tag.trim().toLowerCase().slice(0, 50)))] })}
    />
  );
}

function Folder({ series, amend }: ChoiceProps) {
  const { t, i18n } = useTranslation();
  const { files_elsewhere: elsewhere } = series;
  const number = elsewhere.toLocaleString(i18n.language);
  const folders = useQuery(libraryConfigQuery).data?.folders ?? [];
  return (
    <NativeSelect
      label={t('monitor.folder')}
      description={elsewhere > 0 ? t('monitor.filesElsewhere', { count: elsewhere, number }) : t('monitor.folderHint')}
      value={series.folder}
      data={[...new Set([series.folder, ...folders])]}
      onChange={(event) => amend({ folder: event.currentTarget.value })}
    />
  );
}
