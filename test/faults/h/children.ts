import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createEgress, startFilteringProxy } from '@aniworld/egress';
import { countKnocks, type Door, type Knocks, type Stage } from './door.ts';

const PROGRAM = fileURLToPath(new URL('./program.ts', import.meta.url));

/** A child process asks the worker's own proxy for each address. */
export const children: Door[] = (['tunnel', 'absolute'] as const).map((form) => ({
  name: `child process, ${form === 'tunnel' ? 'CONNECT' : 'absolute form'}`,
  knock: (stage: Stage) => knock(stage, form),
}));

async function knock({ urls, lure }: Stage, form: 'tunnel' | 'absolute'): Promise<Knocks> {
  await using egress = createEgress({ allowPrivate: [lure.host] });
  await using proxy = await startFilteringProxy(egress);
  const allowed = `http://${lure.host}/${form}`;
  // A line break would be another address.
  const lines = urls.filter((url) => !/[\r\n]/.test(url));
  const answers = await run([proxy.url, form], [...lines, allowed]);
  const outcomes = answers.map(({ url, answer }) => {
    const status = answer.split('\r\n', 1)[0] ?? '';
    return {
      url,
      error: / 200 /.test(`${status} `) ? null : `${status} ${answer.slice(answer.indexOf('\r\n\r\n') + 4)}`,
    };
  });
  const works = outcomes.some(({ url, error }) => url === allowed && error === null);
  return countKnocks(
    outcomes.filter(({ url }) => url !== allowed),
    works,
  );
}

async function run(args: string[], lines: string[]): Promise<{ url: string; answer: string }[]> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  child.stdin.end(`${lines.join('\n')}\n`);
  const answers: { url: string; answer: string }[] = [];
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line));
  await ended;
  return answers;
}
