import type { config, Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { previewNaming } from '@aniworld/naming';
import type { HandlerDeps } from './deps.ts';

export function configHandlers({ configuration }: HandlerDeps): Handlers<typeof config, Ctx> {
  return {
    get: () => configuration.current(),
    update: (change, ctx) => configuration.update(change, ctx.caller?.session_id ?? null),
    setup: (first, ctx) => configuration.setUp(first, ctx),
    previewNaming: ({ template }) => previewNaming(template),
  };
}
