import { parentPort } from 'node:worker_threads';
import { walkPlaces, type WalkTask } from './walk.ts';

/**
 * The thread behind `startWalkers`: one task after the other. It reads the names too, which takes about five times as long as
 * the walk, beside the main thread that waits for the database.
 */

const port = parentPort!;
port.on('message', async (task: WalkTask) => {
  const walked = walkPlaces(task);
  // Most walks find nothing new, and then the parser need not be there.
  const named = walked.changed.length > 0 ? (await import('./name.ts')).readNames(task.root, walked) : walked;
  port.postMessage(named);
});
