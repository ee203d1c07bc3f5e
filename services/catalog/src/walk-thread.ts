import { parentPort } from 'node:worker_threads';
import { walkPlaces, type WalkTask } from './walk.ts';

/** The thread behind `startWalkers`: one task after the other. */

const port = parentPort!;
port.on('message', (task: WalkTask) => port.postMessage(walkPlaces(task)));
