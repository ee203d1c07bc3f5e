import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command takes from its surroundings. */
export interface Environment {
  /** Where the session is kept between two calls. */
  sessionFile: string;
  /** `ANIWORLD_URL`: a server other than the one logged in to. */
  url: string | undefined;
  /** `ANIWORLD_TOKEN`: for scripts that keep no session. */
  token: string | undefined;
}

/** The one place of the command that reads the process's environment. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const configHome = env.XDG_CONFIG_HOME || join(homedir(), '.config');
  return {
    sessionFile: join(configHome, 'aniworld', 'session.json'),
    url: env.ANIWORLD_URL || undefined,
    token: env.ANIWORLD_TOKEN || undefined,
  };
}
