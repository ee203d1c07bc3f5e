import { AppConfig, CONFIG_SCHEMA, type ConfigDocument, type ConfigImport, fail } from '@aniworld/contracts';
import type { Overrides } from '@aniworld/contracts/config-variables';
import type { Condition, Configuration } from '../configuration.ts';
import { changesBetween } from './change.ts';
import { review } from './review.ts';
import { masked, revealed } from './secret.ts';

/** Taking the configuration elsewhere: the stored document, without what this machine's environment decides. */
export interface Transfer {
  export(secrets: boolean): Promise<ConfigDocument>;
  /**
   * Takes a document; with `dry_run` it only says what would happen. Settings that are not known here are reported among the
   * warnings.
   * @throws INVALID_REQUEST for a document with problems, and as `Configuration.change` does
   */
  import(document: ConfigDocument, options: Condition & { dry_run: boolean }, by: string | null): Promise<ConfigImport>;
}

export function createTransfer(configuration: Configuration, overrides: Overrides): Transfer {
  return {
    async export(secrets) {
      const { stored } = await configuration.read();
      const config = secrets ? stored : masked(stored);
      return { format: 'aniworld-config', schema: CONFIG_SCHEMA, exported_at: new Date().toISOString(), config };
    },
    async import({ config: document }, { dry_run, ...condition }, by) {
      const { version, stored, config: current } = await configuration.read();
      const { config, ...reviewed } = await review(document, current, overrides, 'import');
      const changes = config ? changesBetween(stored, config) : [];
      if (dry_run) return { ...reviewed, changes, applied: false, version };
      if (!reviewed.valid) {
        const errors = reviewed.problems.map(({ path, message }) => ({ path: `document.config.${path}`, message }));
        throw fail('INVALID_REQUEST', { errors });
      }
      const origin = { changed_by: by, reason: 'import', restored_from: null } as const;
      const parsed = AppConfig.parse(document);
      const after = await configuration.change(condition, origin, (state) => revealed(parsed, state.config).config);
      return { ...reviewed, changes, applied: true, version: after.version };
    },
  };
}
