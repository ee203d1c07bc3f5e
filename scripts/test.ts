import { writeFile } from 'node:fs/promises';
import { parseCLI, startVitest, type TestCase, type TestModule, type TestSuite, type Vitest } from 'vitest/node';

type Count = { passed: number; failed: number; skipped: number };
type Failure = { project: string; file: string; title: string; message: string };
type Summary = Count & { seconds: number; projects: Record<string, Count>; failures: Failure[] };

/**
 * `npm test [-- PATH... --project NAME ...]`: all tests once, with vitest's own arguments. The last line counts them;
 * ANIWORLD_TEST_SUMMARY names a file that gets the same as JSON. The exit status is 0 only when something ran and nothing failed.
 */
const begun = Date.now();
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest(filter, { ...options, watch: false });
const summary = summarize(vitest, begun);
if (process.env.ANIWORLD_TEST_SUMMARY) {
  await writeFile(process.env.ANIWORLD_TEST_SUMMARY, `${JSON.stringify(summary, null, 2)}\n`);
}
const { passed, failed, skipped } = summary;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
const ranNothing = passed + failed === 0 && !options.passWithNoTests;
// Not left to the last open handle: a test's forgotten timer would keep a finished run from ending.
process.exit(failed > 0 || ranNothing ? 1 : 0);

function summarize({ state }: Vitest, since: number): Summary {
  const summary: Summary = { ...none(), seconds: 0, projects: {}, failures: [] };
  for (const testModule of state.getTestModules()) addModule(summary, testModule);
  for (const error of state.getUnhandledErrors()) {
    summary.failed += 1;
    summary.failures.push({
      project: '',
      file: '',
      title: 'an error outside of any test',
      message: messageOf([error]),
    });
  }
  return { ...summary, seconds: Math.round((Date.now() - since) / 100) / 10 };
}

function addModule(summary: Summary, testModule: TestModule): void {
  const project = testModule.project.name;
  const count = (summary.projects[project] ??= none());
  const fail = (title: string, errors: readonly unknown[]) => {
    count.failed += 1;
    summary.failed += 1;
    summary.failures.push({ project, file: testModule.relativeModuleId, title, message: messageOf(errors) });
  };
  for (const test of testModule.children.allTests()) {
    const outcome = outcomeOf(test);
    if (outcome === 'failed') {
      fail(test.fullName, test.result().errors ?? []);
    } else {
      count[outcome] += 1;
      summary[outcome] += 1;
    }
  }
  // A file that doesn't load, or a hook that fails, belongs to no test and must not go uncounted.
  const holders: (TestModule | TestSuite)[] = [testModule, ...testModule.children.allSuites()];
  for (const holder of holders) {
    const errors = holder.errors();
    if (errors.length > 0) fail(holder.type === 'suite' ? holder.fullName : 'the file itself', errors);
  }
}

function outcomeOf(test: TestCase): keyof Count {
  const { state } = test.result();
  // Pending: never reached, because its file failed (counted there) or the run was cut short.
  return state === 'pending' ? 'skipped' : state;
}

function messageOf(errors: readonly unknown[]): string {
  return errors.map((error) => (error as { message?: string }).message ?? String(error)).join('\n');
}

function none(): Count {
  return { passed: 0, failed: 0, skipped: 0 };
}
