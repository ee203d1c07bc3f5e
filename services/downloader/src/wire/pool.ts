import type { Connection } from './connection.ts';

/** Open connections that nobody uses, by origin. */
export interface Pool extends Disposable {
  /** The one that was used last: it is the least likely to have been closed meanwhile. */
  take(origin: string): Connection | null;
  /** Keeps a connection whose last reply was read wholly, or closes it when there are enough. */
  put(origin: string, connection: Connection, ms: number): void;
  readonly size: number;
}

/** Of all origins together, and of one: as many as downloads from it may run side by side. Each keeps its memory, up to 3 MiB. */
const MOST_IDLE = 16;

interface Idle {
  connection: Connection;
  timer: NodeJS.Timeout;
}

export function createPool(): Pool {
  const origins = new Map<string, Idle[]>();
  let size = 0;
  const remove = (origin: string, idle: Idle) => {
    const rest = origins.get(origin)?.filter((one) => one !== idle) ?? [];
    if (rest.length > 0) origins.set(origin, rest);
    else origins.delete(origin);
    clearTimeout(idle.timer);
    size -= 1;
  };
  const discard = (origin: string, idle: Idle) => {
    remove(origin, idle);
    idle.connection.destroy();
  };
  return {
    take(origin) {
      for (let idle = origins.get(origin)?.at(-1); idle; idle = origins.get(origin)?.at(-1)) {
        remove(origin, idle);
        if (idle.connection.usable) return idle.connection;
        idle.connection.destroy();
      }
      return null;
    },
    put(origin, connection, ms) {
      const idles = origins.get(origin) ?? [];
      if (!connection.usable || ms <= 0 || size >= MOST_IDLE) {
        return connection.destroy();
      }
      connection.rest();
      const idle: Idle = { connection, timer: setTimeout(() => discard(origin, idle), ms) };
      origins.set(origin, [...idles, idle]);
      size += 1;
    },
    get size() {
      return size;
    },
    [Symbol.dispose]() {
      for (const [origin, idles] of origins) for (const idle of idles) discard(origin, idle);
    },
  };
}
