import { cpus, totalmem } from 'node:os';

/** One line of a benchmark: ours beside the peer's, measured in the same run on the same machine. */
export interface Row {
  case: string;
  ours: number;
  peer: number;
  peer_name: string;
  unit: string;
  /** Above 1 is better than the peer, whatever the unit. */
  ratio: number;
  goal: number;
  met: boolean;
}

export interface Bench {
  name: string;
  title: string;
  run: (say: (text: string) => void) => Promise<Row[]>;
}

/** The bench can't run here. The message says in one sentence what to do. */
export class MissingError extends Error {}

/** A row for a figure of which less is better, such as seconds. */
export function lessIsBetter(row: Omit<Row, 'ratio' | 'met'>): Row {
  return rated(row, row.peer / row.ours);
}

/** A row for a figure of which more is better, such as items a second. */
export function moreIsBetter(row: Omit<Row, 'ratio' | 'met'>): Row {
  return rated(row, row.ours / row.peer);
}

/** The middle one of several measurements: one that something else disturbed does not move it. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** The value that so many percent of the others do not exceed. */
export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}

function rated(row: Omit<Row, 'ratio' | 'met'>, ratio: number): Row {
  const rounded = Math.round(ratio * 100) / 100;
  return { ...row, ratio: rounded, met: rounded >= row.goal };
}

/** What stands beside every figure: absolute ones say nothing without it. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
