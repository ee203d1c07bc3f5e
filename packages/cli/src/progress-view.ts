import type { DownloadProgress } from '@aniworld/contracts';
import cliProgress, { type SingleBar } from 'cli-progress';
import type { Context } from './context.ts';
import { speedText } from './speed-text.ts';

/** Where `watch` shows downloads: bars on a terminal, lines elsewhere. */
export interface ProgressView {
  show(name: string, sample: DownloadProgress): void;
  end(id: string, line: string): void;
  close(): void;
}

export function progressView(context: Context): ProgressView {
  return context.stdout.isTTY ? bars(context) : lines(context);
}

function bars({ stdout }: Context): ProgressView {
  const all = new cliProgress.MultiBar({
    format: '{bar} {percentage} %  {speed}  {name}',
    barCompleteChar: '━',
    barIncompleteChar: '·',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: false,
    stopOnComplete: false,
    stream: stdout,
  });
  const byItem = new Map<string, SingleBar>();
  return {
    show(name, sample) {
      const bar = byItem.get(sample.id) ?? all.create(100, 0, { name, speed: '' });
      byItem.set(sample.id, bar);
      bar.update(Math.floor(sample.percent), { name, speed: speedText(sample.speed) });
    },
    end(id, line) {
      const bar = byItem.get(id);
      if (bar) all.remove(bar);
      byItem.delete(id);
      all.log(`${line}\n`);
    },
    close() {
      // What was logged last is written by the next drawing, and there is none after the last bar.
      all.update();
      all.stop();
    },
  };
}

/** A log wants a line when something has changed, not four a second: one for each tenth of a file. */
function lines({ stdout }: Context): ProgressView {
  const told = new Map<string, number>();
  return {
    show(name, sample) {
      const tenth = Math.floor(sample.percent / 10);
      if (told.get(sample.id) === tenth) return;
      told.set(sample.id, tenth);
      stdout.write(`${Math.floor(sample.percent)} %  ${speedText(sample.speed)}  ${name}\n`);
    },
    end(id, line) {
      told.delete(id);
      stdout.write(`${line}\n`);
    },
    close() {},
  };
}
