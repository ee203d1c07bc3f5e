import { createClient } from '@aniworld/sdk';
import { Command } from 'commander';
import { type Context, connectionOf, print } from '../context.ts';
import { readPassword } from '../password.ts';
import { writeSession } from '../session-file.ts';

/** `aniworld login`: opens a session and keeps it for the next calls. */
export function loginCommand(context: Context): Command {
  return new Command('login')
    .description('Log in; the password is asked for, or read from standard input')
    .action(async () => {
      const { baseUrl, token } = await connectionOf(context);
      const password = await readPassword(context);
      const session = await createClient({ baseUrl, token }).auth.login({ password }, { signal: context.signal });
      await writeSession(context.environment.sessionFile, {
        url: baseUrl,
        token: session.token,
        expires_at: session.expires_at,
      });
      print(context, `Logged in to ${baseUrl} until ${new Date(session.expires_at).toLocaleString()}.`);
    });
}
