import { type EventRig, openRig } from './events.fixture.ts';
import { armKillPoints } from './kill-point.ts';
import { createLog } from './log.ts';

/**
 * A process that dies at a kill point: `node victim.fixture.ts <relay|consumer> <kill point> <place as JSON>`. It runs until
 * the point is reached.
 */
const [part, point, place] = process.argv.slice(2);
armKillPoints(`${point}=kill`);
const rig = await openRig(
  JSON.parse(place ?? '') as EventRig['place'],
  createLog({ level: 'warn', service: 'victim' }),
);
if (part === 'relay') rig.relay();
else rig.consumer();
