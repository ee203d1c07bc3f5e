import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const SETUP = './packages/testing/src/global-setup.ts';
const LEAKS = './packages/testing/src/leaks-setup.ts';
const ANYWHERE = '{packages,services,deploy,test,bench,scripts}/**';
/** A test file of these kinds keeps a core busy itself, and the servers another. */
const WORKERS = Math.max(1, Math.min(4, availableParallelism()));

/** The suffix of a file is the speed of its tests. Fast ones come first: groups run one after the other. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${ANYWHERE}/*.test.{ts,tsx}`],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.{int,flow,browser}.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 10_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'int',
          include: [`${ANYWHERE}/*.int.test.ts`],
          globalSetup: SETUP,
          setupFiles: LEAKS,
          pool: 'forks',
          maxWorkers: WORKERS,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'flow',
          include: ['test/flows/**/*.flow.test.ts'],
          globalSetup: SETUP,
          setupFiles: LEAKS,
          pool: 'forks',
          // Each runs five services: side by side they would wait for each other's processor time.
          maxWorkers: Math.max(1, Math.floor(WORKERS / 2)),
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.browser.test.ts'],
          globalSetup: SETUP,
          setupFiles: LEAKS,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 90_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
