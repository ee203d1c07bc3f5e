import { Command } from 'commander';
import { type Context, clientOf, print } from '../context.ts';
import { clearSession } from '../session-file.ts';

/** `aniworld logout`: ends the stored session, on the server and here; here even when the server can't be reached. */
export function logoutCommand(context: Context): Command {
  return new Command('logout').description('End the session').action(async () => {
    const client = await clientOf(context);
    try {
      await client.auth.logout({}, { signal: context.signal });
    } finally {
      await clearSession(context.environment.sessionFile);
    }
    print(context, 'Logged out.');
  });
}
