import { z } from 'zod';
import { variableOf } from './document.ts';
import { type ConfigField, configFields } from './fields.ts';

/** What the environment decides: the value of each overridden setting by its path. */
export type Overrides = ReadonlyMap<string, unknown>;

/**
 * One variable for each setting, to extend a process's environment schema with. Values are as people write them: plain text
 * and numbers, JSON, or a list separated by commas. They stay text, so that one process can hand them on to another.
 */
export const configVariables: Record<string, z.ZodOptional<z.ZodString>> = Object.fromEntries(
  configFields.map((field) => [variableOf(field.path), z.string().superRefine(checkOf(field)).optional()]),
);

function checkOf({ schema }: ConfigField) {
  return (text: string, check: z.RefinementCtx) => {
    const parsed = parseText(schema, text);
    for (const { message } of parsed.error?.issues ?? []) check.addIssue({ code: 'custom', message });
  };
}

/** The overrides of an environment that was checked by `configVariables`; what else stands in it is passed over. */
export function readOverrides(environment: Record<string, unknown>): Overrides {
  const found = configFields.flatMap(({ path, schema }) => {
    const text = environment[variableOf(path)];
    return typeof text === 'string' ? [[path, parseText(schema, text).data] as const] : [];
  });
  return new Map(found);
}

/** As text, as JSON, as a list: the first that the setting takes; of several refusals the last, which knows most. */
function parseText(schema: z.ZodType, text: string): z.ZodSafeParseResult<unknown> {
  const asText = schema.safeParse(text);
  if (asText.success) return asText;
  const json = jsonOf(text);
  const asJson = json === undefined ? asText : schema.safeParse(json);
  if (asJson.success || Array.isArray(json) || !schema.safeParse([]).success) return asJson;
  return schema.safeParse(text.split(',').map((item) => item.trim()));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
