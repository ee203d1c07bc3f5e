import { parentPort, workerData } from 'node:worker_threads';
import { readFeed } from './document.ts';

const { text, base } = workerData as { text: string; base: string };
parentPort?.postMessage(readFeed(text, base));
