import { z } from 'zod';

/** Where backups go and how many of them stay. */
export const BackupConfig = z.object({
  folder: z.string().max(4_000).default('').meta({
    description: 'Absolute path of the folder on the server; empty: the one that the server was started with',
  }),
  keep: z
    .int()
    .min(0)
    .max(1_000)
    .default(7)
    .meta({ description: 'The newest ones that stay when one was made; 0: all' }),
});
