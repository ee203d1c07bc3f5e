import { parseArgs } from 'node:util';
import { type Bench, MissingError, machine, type Row } from './case.ts';
import { downloads } from './downloads.ts';
import { hls } from './hls.ts';
import { library } from './library.ts';
import { names } from './names.ts';
import { parse } from './parse.ts';
import { path } from './path.ts';
import { queue } from './queue.ts';
import { scale } from './scale.ts';
import { scan } from './scan.ts';

/**
 * `npm run bench -- NAME [--json]`: measures us beside the program that people would use instead. The exit status is 0 only
 * when all goals are met, and 2 when it can't run here; with `--json` the last line is one object.
 */
const all: Bench[] = [path, queue, scale, downloads, names, hls, parse, library, scan];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { json: { type: 'boolean' } },
});
const isUnderstood = positionals.length === 1 && Object.keys(values).every((name) => name === 'json');
const bench = isUnderstood && all.find((one) => one.name === positionals[0]);
if (!bench) {
  process.stderr.write(
    `npm run bench -- NAME [--json]\n${all.map((one) => `  ${one.name}  ${one.title}`).join('\n')}\n`,
  );
  process.exit(2);
}
const say = (text: string) => void process.stderr.write(`${text}\n`);
say(bench.title);
const rows = await bench.run(say).catch(giveUp);
if (values.json) process.stdout.write(`${JSON.stringify({ bench: bench.name, machine: machine(), rows })}\n`);
else print(rows);
process.exit(rows.length > 0 && rows.every((row) => row.met) ? 0 : 1);

function giveUp(error: unknown): never {
  if (!(error instanceof MissingError)) throw error;
  say(error.message);
  process.exit(2);
}

function print(rows: Row[]): void {
  const { cpu, cores, memory_gib } = machine();
  console.log(`${cpu}, ${cores} cores, ${memory_gib} GiB`);
  for (const row of rows) {
    console.log(
      `${row.met ? 'met   ' : 'MISSED'} ${row.case}: ${row.ours} ${row.unit}, ${row.peer_name} ${row.peer} ${row.unit}, ratio ${row.ratio} (goal ${row.goal})`,
    );
  }
}
