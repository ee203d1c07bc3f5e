import { isFileRpc, type Rpc } from '@aniworld/contracts';
import { callOperation } from '@aniworld/sdk';
import { Command, Option } from 'commander';
import { type Context, connectionOf, printJson } from '../context.ts';
import { type Field, fieldsOf, toValue, wantsPassword } from '../field.ts';
import { readPassword } from '../password.ts';

type Routed = Rpc & { http: NonNullable<Rpc['http']> };

export function isRouted(op: Rpc): op is Routed {
  return op.http !== undefined && !isFileRpc(op);
}

/** `aniworld <group> <operation>`: an operation of the contract with a flag for each field; the reply is printed as JSON. */
export function operationCommand(op: Routed, context: Context): Command {
  const fields = fieldsOf(op);
  const name = op.name.slice(op.name.indexOf('.') + 1).replaceAll('_', '-');
  const command = new Command(name).description(op.summary);
  for (const field of fields) command.addOption(optionOf(field));
  return command.action(async (options: Record<string, unknown>) => {
    const input: Record<string, unknown> = {};
    for (const field of fields) {
      const given = options[camel(field.flag)];
      if (given !== undefined) input[field.name] = await toValue(field, given);
    }
    if (wantsPassword(op)) input.password = await readPassword(context);
    const reply = await callOperation(op, input, await connectionOf(context), { signal: context.signal });
    if (op.http.status !== 204) printJson(context, reply);
  });
}

function optionOf(field: Field): Option {
  const value = { text: ' <text>', number: ' <number>', boolean: ' [true|false]', list: ' <text...>', json: ' <json>' };
  const option = new Option(`--${field.flag}${value[field.kind]}`, field.description);
  if (field.choices && field.kind === 'text') option.choices(field.choices);
  return option.makeOptionMandatory(field.required);
}

/** How commander names an option's value. */
function camel(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
