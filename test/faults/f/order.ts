/** One call as strace showed it. */
interface Call {
  name: string;
  /** What stands between its brackets. */
  text: string;
  /** Seconds; when it was begun and when it had returned. */
  begun: number;
  ended: number;
}

/** `[pid 12] 1700000000.123456 fdatasync(21</path>) = 0 <0.000123>`; without a pid for the first thread. */
const WHOLE = /^(?:\[pid +(\d+)\] )?(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)\S*.*?<(\d+\.\d+)>$/;
const BEGUN = /^(?:\[pid +(\d+)\] )?(\d+\.\d+) (\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(?:\[pid +(\d+)\] )?(\d+\.\d+) <\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/;

/** Reads strace's lines; calls that failed are left out. */
export function readCalls(lines: readonly string[]): Call[] {
  const open = new Map<string, { text: string; begun: number }>();
  const calls: Call[] = [];
  for (const line of lines) {
    const whole = WHOLE.exec(line);
    if (whole) {
      const [, , at, name, text, result, took] = whole;
      if (!result!.startsWith('-'))
        calls.push({ name: name!, text: text!, begun: Number(at), ended: Number(at) + Number(took) });
      continue;
    }
    const begun = BEGUN.exec(line);
    if (begun) open.set(`${begun[1]} ${begun[3]}`, { text: begun[4]!, begun: Number(begun[2]) });
    const resumed = RESUMED.exec(line);
    const first = resumed && open.get(`${resumed[1]} ${resumed[3]}`);
    if (!resumed || !first || resumed[5]!.startsWith('-')) continue;
    calls.push({ name: resumed[3]!, text: first.text + resumed[4]!, begun: first.begun, ended: Number(resumed[2]) });
  }
  return calls.sort((one, other) => one.begun - other.begun);
}

/** One write into a part file. */
interface Written {
  from: number;
  to: number;
  ended: number;
}

/** What was done for one item, in the order that counts. */
export interface Order {
  /** Maps sent to the database, and those of them that spoke of bytes for which no sync had ended. */
  maps: number;
  early: number;
  /** Of file sync, naming, folder sync and the final row: those that did not come after the one before. */
  misplaced: string[];
}

/** Reads from the calls whether an item's bytes were on the disk before anything said so. */
export function orderOf(calls: readonly Call[], item: string, folder: string): Order {
  const ofPart = calls.filter((call) => call.text.includes(`/${item}.`) && call.text.includes('.part'));
  const writes = ofPart.filter((call) => call.name === 'pwrite64').map(readWrite);
  const syncs = ofPart.filter((call) => call.name === 'fdatasync' || call.name === 'fsync');
  const sent = calls.filter((call) => /^(write|writev|sendto|sendmsg)$/.test(call.name) && call.text.includes(item));
  const maps = sent.filter((call) => /\\"ranges\\":/.test(call.text));
  const early = maps.filter((map) => {
    const ranges = rangesOf(map.text, item);
    const meant = writes.filter(({ from, to }) => ranges.some(([start, end]) => from < end && to > start));
    // A write that is in the map had ended before a sync began that had ended before the map was sent.
    const covered = ({ ended }: Written) => syncs.some((sync) => sync.begun >= ended && sync.ended <= map.begun);
    return meant.some((write) => write.ended <= map.begun && !covered(write) && isMeant(write, ranges));
  });
  return {
    maps: maps.length,
    early: early.length,
    misplaced: misplacedOf(calls, item, folder, { writes, syncs, sent }),
  };
}

const isMeant = ({ from, to }: Written, ranges: [number, number][]) =>
  ranges.some(([start, end]) => from >= start && to <= end);

function misplacedOf(
  calls: readonly Call[],
  item: string,
  folder: string,
  { writes, syncs, sent }: { writes: Written[]; syncs: Call[]; sent: Call[] },
): string[] {
  // A second name of the part file that reserves the final one names nothing yet.
  const named = calls.find(
    (call) =>
      /^(link|linkat|rename|renameat2?)$/.test(call.name) &&
      call.text.includes(`/${item}.`) &&
      !/\.name"/.test(call.text),
  );
  if (!named) return ['it was never named'];
  const lastWrite = Math.max(...writes.map(({ ended }) => ended));
  const fileSynced = syncs.some((sync) => sync.begun >= lastWrite && sync.ended <= named.begun);
  const folderSync = calls.find(
    (call) => call.name === 'fsync' && call.text.includes(`<${folder}/`) && call.begun >= named.ended,
  );
  const done = sent.find((call) =>
    /finish_completed|finish_and_claim|update item set state = 'completed'/.test(call.text),
  );
  const misplaced: string[] = [];
  if (writes.length === 0) misplaced.push('no write was seen');
  if (!fileSynced) misplaced.push('named before the file was synced');
  if (!done) misplaced.push('no final row was seen');
  else if (!folderSync || folderSync.ended > done.begun) misplaced.push('done before the folder was synced');
  return misplaced;
}

/** `21</library/.aniworld/….part>, "…"..., 65536, 131072` */
function readWrite(call: Call): Written {
  const [, length = '0', offset = '0'] = /, (\d+), (\d+)$/.exec(call.text) ?? [];
  return { from: Number(offset), to: Number(offset) + Number(length), ended: call.ended };
}

/** Of the maps that a statement holds, that of the item: it stands behind its id. */
function rangesOf(text: string, item: string): [number, number][] {
  const [, list = ''] = /\\"ranges\\":\[(.*?\]?)\]/.exec(text.slice(text.indexOf(item))) ?? [];
  return Array.from(list.matchAll(/\[(\d+),(\d+)\]?/g), ([, start, end]) => [Number(start), Number(end)]);
}
