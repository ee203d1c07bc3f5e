import type { Handlers, search } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { searchAll } from '../search.ts';
import type { HandlerDeps } from './deps.ts';

export function searchHandlers({ db, registry, library }: HandlerDeps): Handlers<typeof search, Ctx> {
  return {
    query: ({ q }, ctx) => searchAll(db, registry, q, ctx.signal),
    add: (wanted, ctx) => library.add(wanted, ctx.signal),
  };
}
