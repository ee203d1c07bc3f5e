import { AppError, contracts, fail } from '@aniworld/contracts';
import { download } from '@aniworld/sdk';
import { saveFile } from '../pieces/save-file.ts';
import { baseUrl } from '../session/api.ts';
import { sessionToken } from '../session/token.ts';

/** Fetches a backup with this session, which no link could, and hands it to the browser as a file. @param cut said when it breaks off */
export async function saveBackup(name: string, cut: string): Promise<void> {
  const { body } = await download(contracts.backups.download, { name }, { baseUrl, token: sessionToken.get });
  const content = await new Response(body).blob().catch((cause: unknown) => {
    throw cause instanceof AppError ? cause : fail('UNAVAILABLE', { detail: cut, cause });
  });
  saveFile(content, name);
}
