import type { QuietHours } from '@aniworld/contracts';
import { ActionIcon, Button, Checkbox, Fieldset, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';
import { FixedNote } from './fixed-note.tsx';
import classes from './quiet-hours-section.module.css';
import { Section } from '../pieces/section.tsx';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const NIGHT: QuietHours = { days: EVERY_DAY, from: '23:00', to: '07:00', bytes_per_second: 0 };
/** What "slower" begins with: enough for one stream to be watched. */
const SLOW = 1_000_000;

/** Times of day at which the queue rests or goes slowly. */
export function QuietHoursSection({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  const { quiet_hours } = form.values.queue;
  return (
    <Section title={t('config.quietHours')}>
      <Text size="sm" c="dimmed">
        {t('config.quietHoursHelp')}
        {quiet_hours.length === 0 && ` ${t('config.noQuietHours')}`}
      </Text>
      <FixedNote form={form} path="queue.quiet_hours" />
      {quiet_hours.map((hours, index) => (
        <HoursFields key={index} form={form} index={index} hours={hours} />
      ))}
      <Button
        variant="default"
        w="fit-content"
        leftSection={<Plus size={16} aria-hidden />}
        disabled={form.fixedBy('queue.quiet_hours') !== undefined}
        onClick={() => form.insertListItem('queue.quiet_hours', NIGHT)}
      >
        {t('config.addQuietHours')}
      </Button>
    </Section>
  );
}

interface HoursFieldsProps {
  form: ConfigFields;
  index: number;
  hours: QuietHours;
}

function HoursFields({ form, index, hours }: HoursFieldsProps) {
  const { t } = useTranslation();
  const path = `queue.quiet_hours.${index}`;
  const legend = t('config.quietHour', { number: index + 1 });
  return (
    <Fieldset legend={legend} p="sm">
      <Stack gap="sm">
        <Days form={form} path={`${path}.days`} />
        <div className={classes.hours}>
          <TextInput type="time" label={t('config.from')} {...form.getInputProps(`${path}.from`)} />
          <TextInput
            type="time"
            label={t('config.to')}
            {...form.getInputProps(`${path}.to`)}
            description={hours.to <= hours.from ? t('config.toNextDay') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
          <Effect form={form} path={`${path}.bytes_per_second`} hours={hours} />
          <ActionIcon
            variant="default"
            size={36}
            className={classes.remove}
            aria-label={`${t('action.remove')}: ${legend}`}
            disabled={form.fixedBy('queue.quiet_hours') !== undefined}
            onClick={() => form.removeListItem('queue.quiet_hours', index)}
          >
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </div>
      </Stack>
    </Fieldset>
  );
}

/** The document keeps numbers, the browser's fields only know text. */
function Days({ form, path }: { form: ConfigFields; path: string }) {
  const { t, i18n } = useTranslation();
  const { value, onChange, error, disabled } = form.getInputProps(path) as {
    disabled?: boolean;
    value: number[];
    onChange: (days: number[]) => void;
    error?: string;
  };
  return (
    <Checkbox.Group
      label={t('config.days')}
      error={error}
      value={value.map(String)}
      onChange={(days) => onChange(days.map(Number).sort((a, b) => a - b))}
    >
      <Group gap="md" mt={8} mb={4}>
        {weekdays(i18n.language).map(([day, name], place) => (
          <Checkbox
            key={day}
            value={String(day)}
            label={name}
            disabled={disabled}
            {...(place === 0 && { 'data-path': path })}
          />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

/** A limit of 0 means that nothing new starts: two different things for a person. */
function Effect({ form, path, hours }: { form: ConfigFields; path: string; hours: QuietHours }) {
  const { t } = useTranslation();
  const slow = hours.bytes_per_second !== 0;
  return (
    <>
      <NativeSelect
        label={t('config.effect')}
        disabled={form.fixedBy(path) !== undefined}
        value={slow ? 'slow' : 'quiet'}
        data={[
          { value: 'quiet', label: t('config.effectQuiet') },
          { value: 'slow', label: t('config.effectSlow') },
        ]}
        onChange={(event) => form.setFieldValue(path, event.currentTarget.value === 'slow' ? SLOW : 0)}
        className={classes.effect}
      />
      {slow && (
        <AmountInput
          form={form}
          path={path}
          per={1_000}
          min={1}
          step={100}
          className={classes.effect}
          label={t('config.limit')}
          description={t('config.limitHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          suffix={t('config.kilobytesPerSecond')}
        />
      )}
    </>
  );
}

/** Numbers and short names of the days, Monday first. */
function weekdays(language: string): [day: number, name: string][] {
  const name = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  // 1 January 2023 was a Sunday.
  return [1, 2, 3, 4, 5, 6, 0].map((day) => [day, name.format(Date.UTC(2023, 0, 1 + day))]);
}
