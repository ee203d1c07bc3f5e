import { AppConfig, type ConfigReview, fail, type Remark, variableOf } from '@aniworld/contracts';
import { unknownPaths } from '@aniworld/contracts/config-fields';
import type { Overrides } from '@aniworld/contracts/config-variables';
import { readAllowList } from '@aniworld/egress';
import { access, constants, statfs } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { scheduleProblem } from '../schedule.ts';
import { lookAtFolders } from './folders.ts';
import { contradictions } from './override.ts';
import { withValues } from './place.ts';
import { revealed } from './secret.ts';

/** A review, and the document as it would be stored when there are no problems. */
export interface Reviewed extends ConfigReview {
  config: AppConfig | undefined;
}

const LOST = 'The password that was kept belongs to another address. Enter it again.';

/**
 * What would be wrong with a document, by setting; creates nothing. A document from elsewhere (`import`) may lack secrets and
 * contradict the environment: it doesn't know either.
 */
export async function review(
  document: unknown,
  current: AppConfig,
  overrides: Overrides,
  purpose: 'change' | 'import',
): Promise<Reviewed> {
  const unknown = unknownPaths(document).map((path) => ({
    path,
    message: 'This is not known here and would be lost.',
  }));
  const parsed = AppConfig.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return { valid: false, problems, warnings: unknown, config: undefined };
  }
  const { config, lost } = revealed(parsed.data, current);
  const folders = await lookAtFolders(config.library.folders);
  const foreign = [...lost.map((path) => ({ path, message: LOST })), ...contradictions(config, current, overrides)];
  const problems = [...networkProblems(config), ...scheduleProblems(config), ...folders.problems];
  const warnings = [
    ...unknown,
    ...folders.warnings,
    ...(await programWarnings(config)),
    ...(await spaceWarnings(config)),
  ];
  (purpose === 'change' ? problems : warnings).push(...foreign);
  return { valid: problems.length === 0, problems, warnings, config };
}

/** The document with its secrets. @throws INVALID_REQUEST for a mark that stands for none */
export function withSecrets(config: AppConfig, current: AppConfig): AppConfig {
  const { config: whole, lost } = revealed(config, current);
  if (lost.length === 0) return whole;
  throw fail('INVALID_REQUEST', { errors: lost.map((path) => ({ path: `config.${path}`, message: LOST })) });
}

/** @throws INVALID_REQUEST for what the schema takes and no service can use */
export function requireUsable(config: AppConfig): void {
  const errors = [...networkProblems(config), ...scheduleProblems(config)].map(({ path, message }) => ({
    path: `config.${path}`,
    message,
  }));
  if (errors.length > 0) throw fail('INVALID_REQUEST', { errors });
}

/** @throws an error that names the variable when the environment says what the schema takes and no service can use */
export function requireUsableOverrides(overrides: Overrides): void {
  const config = withValues(AppConfig.parse({}), overrides);
  const relative = config.library.folders.filter((folder) => !isAbsolute(folder));
  const wrong = [
    ...networkProblems(config).map(({ message }) => ({ path: 'network.allow_private', message })),
    ...scheduleProblems(config),
    ...relative.map((folder) => ({ path: 'library.folders', message: `${folder} is not an absolute path` })),
  ];
  if (wrong.length === 0) return;
  throw new Error(
    wrong.map(({ path, message }) => `The environment variable ${variableOf(path)}: ${message}`).join('. '),
  );
}

function networkProblems({ network: { allow_private } }: AppConfig): Remark[] {
  const message =
    'This must be an address, a network or a name, each with a port or without: 192.168.1.0/24, nas.local:80';
  const { wrong } = readAllowList(allow_private);
  return wrong.map((entry) => ({ path: `network.allow_private.${allow_private.indexOf(entry)}`, message }));
}

function scheduleProblems({ tasks }: AppConfig): Remark[] {
  return Object.entries(tasks).flatMap(([name, { schedule }]) => {
    const message = scheduleProblem(schedule);
    return message ? [{ path: `tasks.${name}.schedule`, message }] : [];
  });
}

async function programWarnings({ network, download, providers }: AppConfig): Promise<Remark[]> {
  const files = [
    ['network.ca_file', network.ca_file, 'no https address would be fetched'],
    ['download.ytdlp_path', download.ytdlp_path, 'channels and playlists would not be fetched'],
    ['download.ffmpeg_path', download.ffmpeg_path, 'streams would be kept as they come'],
  ] as const;
  const warnings: Remark[] = [];
  for (const [path, file, otherwise] of files) {
    if (file === '' || (await isReadable(file))) continue;
    warnings.push({
      path,
      message: `This file can’t be read on the host of the catalog. If it can’t be elsewhere either, ${otherwise}.`,
    });
  }
  if (Object.values(providers).every(({ enabled }) => !enabled))
    warnings.push({ path: 'providers', message: 'No provider is switched on: nothing could be searched or fetched.' });
  return warnings;
}

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function spaceWarnings({ library, queue }: AppConfig): Promise<Remark[]> {
  const warnings: Remark[] = [];
  for (const folder of library.folders) {
    const disk = await statfs(folder).catch(() => undefined);
    if (!disk || disk.bavail * disk.bsize >= queue.min_free_bytes) continue;
    warnings.push({
      path: 'queue.min_free_bytes',
      message: `${folder} has less free space now: nothing new would start.`,
    });
  }
  return warnings;
}
