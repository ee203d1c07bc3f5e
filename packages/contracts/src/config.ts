import { z } from 'zod';
import { Password, Session } from './auth.ts';
import { AppConfig } from './config/document.ts';
import {
  ConfigDocument,
  ConfigEntry,
  ConfigImport,
  ConfigReview,
  ConfigVersion,
  EffectiveConfig,
} from './config/version.ts';
import { event, rpc } from './define.ts';
import { NamingPreview } from './naming-preview.ts';
import { Empty, page } from './shared.ts';

export * from './config/document.ts';
export { NamingTemplate } from './config/library.ts';
export { QuietHours } from './config/queue.ts';
export * from './config/version.ts';
export * from './naming-preview.ts';

const Edited = z
  .int()
  .min(0)
  .optional()
  .meta({ description: 'The version that was edited; refused with 409 if it is not the current one' });
const IfMatch = z
  .string()
  .max(200)
  .optional()
  .meta({ description: 'Entity tag of the version that was edited; refused with 412 if it is not the current one' });
const Loose = z.record(z.string(), z.unknown());
const Path = z.int().min(1).meta({ description: 'A version of the history' });

const refusals = [
  'VERSION_CONFLICT',
  'PRECONDITION_FAILED',
  'FOLDER_UNUSABLE',
  'CONFIG_OVERRIDDEN',
  'INVALID_REQUEST',
] as const;

export const config = {
  get: rpc('config.get', {
    summary: 'Read the configuration',
    http: { method: 'get', path: '/config', access: 'read', etag: 'version' },
    request: Empty,
    reply: ConfigVersion,
  }),
  effective: rpc('config.effective', {
    summary: 'The configuration in force with its secrets, for the services that apply it',
    request: Empty,
    reply: EffectiveConfig,
  }),
  update: rpc('config.update', {
    summary: 'Replace the configuration; applied at once by every service',
    http: { method: 'put', path: '/config', access: 'admin', if_match: 'if_match', etag: 'version' },
    request: z.object({ config: AppConfig, version: Edited, if_match: IfMatch }),
    reply: ConfigVersion,
    errors: refusals,
  }),
  patch: rpc('config.patch', {
    summary: 'Change some fields of the configuration: a merge patch (RFC 7396) of what GET /config shows',
    http: { method: 'patch', path: '/config', access: 'admin', if_match: 'if_match', etag: 'version' },
    request: z.object({
      config: Loose.meta({
        description: 'The fields to change; null gives the default back, lists are replaced whole',
      }),
      version: Edited,
      if_match: IfMatch,
    }),
    reply: ConfigVersion,
    errors: refusals,
  }),
  validate: rpc('config.validate', {
    summary: 'What would be wrong with a configuration; stores and creates nothing',
    http: { method: 'post', path: '/config/validate', access: 'admin' },
    request: z.object({ config: Loose.meta({ description: 'An AppConfig; what is left out has its default' }) }),
    reply: ConfigReview,
  }),
  history: rpc('config.history', {
    summary: 'The versions of the configuration, the newest first',
    http: { method: 'get', path: '/config/history', access: 'read' },
    request: z.object({
      cursor: z.string().max(20).optional().meta({ description: 'next_cursor of the page before' }),
      limit: z.int().min(1).max(50).default(20),
    }),
    reply: page(ConfigEntry),
  }),
  version: rpc('config.version', {
    summary: 'One version of the configuration',
    http: { method: 'get', path: '/config/history/{version}', access: 'read' },
    request: z.object({ version: Path }),
    reply: ConfigEntry.extend({ config: AppConfig }),
    errors: ['CONFIG_VERSION_NOT_FOUND'],
  }),
  restore: rpc('config.restore', {
    summary: 'Bring an old version back, as a new one',
    http: {
      method: 'post',
      path: '/config/history/{version}/restore',
      access: 'admin',
      if_match: 'if_match',
      etag: 'version',
    },
    request: z.object({ version: Path, if_match: IfMatch }),
    reply: ConfigVersion,
    errors: ['CONFIG_VERSION_NOT_FOUND', ...refusals],
  }),
  export: rpc('config.export', {
    summary: 'The configuration as a document to keep or to take elsewhere; with its secrets for administrators only',
    http: { method: 'get', path: '/config/export', access: 'read' },
    request: z.object({ secrets: z.boolean().default(false) }),
    reply: ConfigDocument,
    errors: ['FORBIDDEN'],
  }),
  import: rpc('config.import', {
    summary: 'Take a document that was exported; says what it changes, and which fields it has that are not known',
    http: { method: 'post', path: '/config/import', access: 'admin', if_match: 'if_match', etag: 'version' },
    request: z.object({
      document: ConfigDocument,
      dry_run: z.boolean().default(false).meta({ description: 'Only say what would happen' }),
      if_match: IfMatch,
    }),
    reply: ConfigImport,
    errors: refusals,
  }),
  setup: rpc('config.setup', {
    summary: 'First start: choose the password and the first configuration in one step',
    http: { method: 'post', path: '/setup', status: 201, access: 'public' },
    request: z.object({ password: Password, config: AppConfig.prefault({}) }),
    reply: Session,
    errors: ['ALREADY_SET_UP', 'FOLDER_UNUSABLE'],
    timeout_ms: 10_000,
  }),
  previewNaming: rpc('config.preview_naming', {
    summary: 'What a naming template makes of some episodes, and what it can be made of; stores nothing',
    http: { method: 'post', path: '/config/naming/preview', access: 'read' },
    request: z.object({
      template: z.string().min(1).max(500).meta({ description: 'A template, or the name of a preset' }),
    }),
    reply: NamingPreview,
    errors: ['NAMING_TEMPLATE'],
  }),
  changed: event('config.changed', {
    summary: 'The configuration was changed. What to is for those to read who may',
    delivery: 'durable',
    room: 'system',
    type: 'system_info',
    data: z.object({
      version: z.int().min(0),
      paths: z.array(z.string()).default([]).meta({ description: 'The fields that were changed' }),
    }),
  }),
};
