import { ActionIcon, Button, Fieldset, Input, Stack, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AmountInput } from './amount-input.tsx';
import type { ConfigFields } from './config-fields.ts';
import { FixedNote } from './fixed-note.tsx';
import classes from './host-limits.module.css';

/** Hosts that bear more or less than the others. */
export function HostLimits({ form }: { form: ConfigFields }) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper
      label={t('config.hosts')}
      labelElement="div"
      description={t('config.hostsHelp')}
      error={form.errors['queue.hosts']}
    >
      <Stack gap="sm" mt={8}>
        <FixedNote form={form} path="queue.hosts" />
        {form.values.queue.hosts.map((_, index) => (
          <HostFields key={index} form={form} index={index} />
        ))}
        <Button
          variant="default"
          w="fit-content"
          leftSection={<Plus size={16} aria-hidden />}
          disabled={form.fixedBy('queue.hosts') !== undefined}
          onClick={() => form.insertListItem('queue.hosts', { host: '', max_concurrent: 2, requests_per_minute: null })}
        >
          {t('config.addHost')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

function HostFields({ form, index }: { form: ConfigFields; index: number }) {
  const { t } = useTranslation();
  const legend = t('config.host', { number: index + 1 });
  const path = `queue.hosts.${index}`;
  return (
    <Fieldset legend={legend} className={classes.host} p="sm">
      <TextInput
        label={t('config.hostName')}
        placeholder="media.example.org:8080"
        spellCheck={false}
        className={classes.name}
        {...form.getInputProps(`${path}.host`)}
      />
      <AmountInput form={form} path={`${path}.max_concurrent`} label={t('config.hostAtOnce')} min={1} max={64} />
      <AmountInput
        form={form}
        path={`${path}.requests_per_minute`}
        label={t('config.hostPerMinute')}
        placeholder={t('config.noLimit')}
        whenEmpty={null}
        min={1}
        max={6_000}
      />
      <ActionIcon
        variant="default"
        size={36}
        mt={25}
        aria-label={`${t('action.remove')}: ${legend}`}
        disabled={form.fixedBy('queue.hosts') !== undefined}
        onClick={() => form.removeListItem('queue.hosts', index)}
      >
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Fieldset>
  );
}
