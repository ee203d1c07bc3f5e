import { z } from 'zod';
import { Timestamp } from '../shared.ts';
import { AppConfig, CONFIG_SCHEMA } from './document.ts';

const Version = z.int().min(0).meta({ description: 'Raised by each change; 0: nothing but defaults' });

/** What is in force, with its secrets: for services only. */
export const EffectiveConfig = z.object({ version: Version, config: AppConfig });
export type EffectiveConfig = z.output<typeof EffectiveConfig>;

export const ConfigVersion = z
  .object({
    version: Version,
    config: AppConfig.meta({ description: 'Secrets that are set are shown as ********' }),
    overridden: z
      .array(z.string())
      .meta({ description: 'Fields that an environment variable decides, like queue.max_concurrent; read-only' }),
  })
  .meta({ id: 'ConfigVersion' });
export type ConfigVersion = z.output<typeof ConfigVersion>;

export const ConfigChange = z
  .object({
    path: z.string().meta({ description: 'The field: queue.max_concurrent' }),
    from: z.unknown().optional().meta({ description: 'Left out when it is long' }),
    to: z.unknown().optional().meta({ description: 'Left out when it is long' }),
  })
  .meta({ id: 'ConfigChange' });
export type ConfigChange = z.output<typeof ConfigChange>;

export const ConfigEntry = z
  .object({
    version: Version,
    changed_at: Timestamp,
    changed_by: z.string().nullable().meta({ description: 'The session that changed it; null: the server itself' }),
    reason: z.enum(['setup', 'change', 'restore', 'import']),
    restored_from: z.int().nullable().meta({ description: 'The version that a restore brought back' }),
    changes: z.array(ConfigChange).meta({ description: 'Since the version before' }),
  })
  .meta({ id: 'ConfigEntry' });
export type ConfigEntry = z.output<typeof ConfigEntry>;

/** Something about one field of a document. */
const Remark = z.object({
  path: z.string().meta({ description: 'The field: library.folders.0' }),
  message: z.string(),
});
export type Remark = z.output<typeof Remark>;

export const ConfigReview = z
  .object({
    valid: z.boolean(),
    problems: z.array(Remark).meta({ description: 'What keeps it from being stored' }),
    warnings: z.array(Remark).meta({ description: 'What is allowed and may not be meant' }),
  })
  .meta({ id: 'ConfigReview' });
export type ConfigReview = z.output<typeof ConfigReview>;

export const ConfigDocument = z
  .object({
    format: z.literal('aniworld-config'),
    schema: z
      .int()
      .min(1)
      .max(CONFIG_SCHEMA, 'The document was made by a newer version')
      .meta({ description: 'Version of the document’s schema' }),
    exported_at: Timestamp.optional(),
    config: z.record(z.string(), z.unknown()).meta({ description: 'An AppConfig; what is left out has its default' }),
  })
  .meta({ id: 'ConfigDocument' });
export type ConfigDocument = z.output<typeof ConfigDocument>;

export const ConfigImport = ConfigReview.extend({
  applied: z.boolean(),
  version: Version.meta({ description: 'The current one afterwards' }),
  changes: z.array(ConfigChange),
}).meta({ id: 'ConfigImport' });
export type ConfigImport = z.output<typeof ConfigImport>;
