import { run } from '@aniworld/chassis';
import { Config, start } from './service.ts';

await run('auth', Config, start);
