import { run } from '@aniworld/chassis';
import { Config, start } from './service.ts';

await run('catalog', Config, start);
