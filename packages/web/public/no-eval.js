// The schema library compiles its parsers with `new Function` where it may, and the page's content policy reports each try. This
// must run before any module does: modules that are split into several files are evaluated in an order of the bundler's choice.
globalThis.__zod_globalConfig = { jitless: true };
