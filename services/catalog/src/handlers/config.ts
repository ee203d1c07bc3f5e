import { type config, fail, type Handlers } from '@aniworld/contracts';
import type { Ctx } from '@aniworld/chassis';
import { previewNaming } from '@aniworld/naming';
import { createHistory } from '../config/history.ts';
import { review } from '../config/review.ts';
import { createTransfer } from '../config/transfer.ts';
import type { HandlerDeps } from './deps.ts';

export function configHandlers({ db, configuration }: HandlerDeps): Handlers<typeof config, Ctx> {
  const { overrides } = configuration;
  const history = createHistory(db, configuration);
  const transfer = createTransfer(configuration, overrides);
  return {
    get: () => configuration.shown(),
    effective: () => configuration.current(),
    update: (change, ctx) => configuration.update(change, callerOf(ctx)),
    patch: (change, ctx) => configuration.patch(change, callerOf(ctx)),
    async validate({ config: document }) {
      const { valid, problems, warnings } = await review(
        document,
        (await configuration.read()).config,
        overrides,
        'change',
      );
      return { valid, problems, warnings };
    },
    history: (page) => history.list(page),
    version: ({ version }) => history.get(version),
    async restore({ version, if_match }, ctx) {
      await history.restore(version, { if_match }, callerOf(ctx));
      return configuration.shown();
    },
    export({ secrets }, ctx) {
      // The route is open to all who may read; secrets are not. Without a caller it is a service that asks.
      if (secrets && ctx.caller && ctx.caller.access !== 'admin') throw fail('FORBIDDEN');
      return transfer.export(secrets);
    },
    import: ({ document, ...options }, ctx) => transfer.import(document, options, callerOf(ctx)),
    setup: (first, ctx) => configuration.setUp(first, ctx),
    previewNaming: ({ template }) => previewNaming(template),
  };
}

const callerOf = ({ caller }: Ctx) => caller?.session_id ?? null;
