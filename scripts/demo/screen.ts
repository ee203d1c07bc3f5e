import { MultiBar, type SingleBar } from 'cli-progress';

/** What the demo shows: steps as lines, downloads as bars where the output is a terminal. */
export interface Screen {
  say(text: string): void;
  /** Sets a download's bar, making it at the first call. */
  progress(id: string, label: string, percent: number, note: string): void;
  close(): void;
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  const bars = new Map<string, SingleBar>();
  const multi = out.isTTY ? newMultiBar(out) : undefined;
  return {
    say(text) {
      if (multi && bars.size > 0) multi.log(`${text}\n`);
      else out.write(`${text}\n`);
    },
    progress(id, label, percent, note) {
      if (!multi) return;
      const bar = bars.get(id) ?? multi.create(100, 0, { label, note });
      bars.set(id, bar);
      bar.update(percent, { label, note });
    },
    close: () => multi?.stop(),
  };
}

const newMultiBar = (out: NodeJS.WriteStream) =>
  new MultiBar({
    format: '  {bar} {percentage}%  {label}  {note}',
    hideCursor: true,
    stream: out,
    barsize: 24,
    clearOnComplete: false,
  });
