import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@aniworld/standalone/ports';
import { costOf, type Cost } from './measure.ts';

/** How often it is asked whether it is done. */
const POLL_MS = 20;

/** Fetches with an aria2c that runs already, asked over RPC as its front ends do, so many at once. */
export async function fetchAllWithAria2(urls: string[], folder: string, atOnce: number): Promise<Cost> {
  const port = await freePort('127.0.0.1');
  const child = spawn(
    'aria2c',
    [
      ...['--no-conf', '-q', '--enable-rpc', `--rpc-listen-port=${port}`, '-d', folder, `-j${atOnce}`],
      ...['--file-allocation=none', `--max-download-result=${urls.length}`],
    ],
    { stdio: 'inherit' },
  );
  const ended = once(child, 'exit');
  try {
    const rpc = await connected(port);
    const begun = performance.now();
    const calls = urls.map((url) => ({ methodName: 'aria2.addUri', params: [[url]] }));
    await rpc('system.multicall', [calls]);
    for (;;) {
      const stat = (await rpc('aria2.getGlobalStat', [])) as Record<'numActive' | 'numWaiting', string>;
      if (stat.numActive === '0' && stat.numWaiting === '0') break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const seconds = (performance.now() - begun) / 1_000;
    const { numStoppedTotal } = (await rpc('aria2.getGlobalStat', [])) as { numStoppedTotal: string };
    if (Number(numStoppedTotal) !== urls.length) throw new Error(`aria2c ended ${numStoppedTotal} of ${urls.length}`);
    return { ...(await costOf(child.pid!)), seconds };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

type Rpc = (method: string, params: unknown[]) => Promise<unknown>;

async function connected(port: number): Promise<Rpc> {
  const rpc: Rpc = async (method, params) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: '1', method, params });
    const reply = await fetch(`http://127.0.0.1:${port}/jsonrpc`, { method: 'POST', body });
    return ((await reply.json()) as { result: unknown }).result;
  };
  for (;;) {
    const version = await rpc('aria2.getVersion', []).catch(() => null);
    if (version) return rpc;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
