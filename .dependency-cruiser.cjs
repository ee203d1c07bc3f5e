/** The fences of the design: who may import whom. */
const service = '^services/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-know-no-other-service',
      severity: 'error',
      from: { path: service },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'only-the-chassis-knows-nats',
      severity: 'error',
      from: { pathNot: '^packages/chassis/' },
      to: { path: 'node_modules/@nats-io/' },
    },
    {
      name: 'only-stores-write-sql',
      comment: 'Types are free: a transaction is passed through many hands.',
      severity: 'error',
      from: { path: service, pathNot: '/src/(store\\.ts|store/)|\\.test\\.ts$' },
      to: { path: 'node_modules/(kysely|pg)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'what-ships-knows-no-test-parts',
      severity: 'error',
      from: { path: '^(packages|services|deploy)/', pathNot: '^packages/testing/|\\.(test|fixture)\\.tsx?$' },
      to: { path: '^packages/testing/' },
    },
    {
      name: 'contracts-depend-on-the-schema-library-alone',
      severity: 'error',
      from: { path: '^packages/contracts/src/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/contracts/|node_modules/(zod|zod-openapi)/' },
    },
    {
      name: 'the-web-page-and-the-command-know-the-contract-alone',
      severity: 'error',
      from: { path: '^packages/(web|cli|sdk)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(services|deploy|packages/chassis)/' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
};
