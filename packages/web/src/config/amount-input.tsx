import { NumberInput, type NumberInputProps } from '@mantine/core';
import type { ConfigFields } from './config-fields.ts';

interface AmountInputProps extends Omit<NumberInputProps, 'form' | 'value' | 'onChange' | 'error'> {
  form: ConfigFields;
  path: string;
  /** How much of the document's unit one of the shown unit is: 1,000,000 for megabytes. */
  per?: number;
  /** What an empty field stands for; left out where it is a mistake. */
  whenEmpty?: null;
}

/** A whole number of the document, shown in a unit for people. The form checks the bounds; these only stop the arrows. */
export function AmountInput({ form, path, per = 1, whenEmpty, ...rest }: AmountInputProps) {
  const { value, onChange, ...input } = form.getInputProps(path);
  const change = (shown: number | string) => {
    if (shown === '') onChange(whenEmpty === undefined ? '' : whenEmpty);
    else onChange(typeof shown === 'number' ? Math.round(shown * per) : shown);
  };
  return (
    <NumberInput
      clampBehavior="none"
      allowDecimal={false}
      allowNegative={false}
      {...rest}
      {...input}
      value={typeof value === 'number' ? Math.round(value / per) : (value ?? '')}
      onChange={change}
    />
  );
}
