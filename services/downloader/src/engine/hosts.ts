/**
 * Connections to each host, over all downloads of this process. What a host refuses is remembered for a while, so that not
 * every download has to learn it anew.
 */
export interface Hosts {
  /** Whether one more connection is welcome. The first of each download is not asked for: the queue limits downloads. */
  hasRoom(host: string): boolean;
  /** Counts a connection until disposed. */
  enter(host: string): Disposable;
  /** The host refused one connection of those that there are. */
  refused(host: string): void;
}

/** Four downloads of four connections: what one host has to bear, whatever the settings are. */
const MOST_PER_HOST = 16;
const REMEMBERED_MS = 600_000;

interface Known {
  open: number;
  most: number;
  /** Monotonic milliseconds. */
  refusedAt: number;
}

export function countHosts(now = () => performance.now()): Hosts {
  const hosts = new Map<string, Known>();
  const know = (host: string) => {
    const known = hosts.get(host) ?? { open: 0, most: MOST_PER_HOST, refusedAt: now() };
    if (now() - known.refusedAt >= REMEMBERED_MS) known.most = MOST_PER_HOST;
    hosts.set(host, known);
    return known;
  };
  return {
    hasRoom(host) {
      const { open, most } = know(host);
      return open < most;
    },
    enter(host) {
      const known = know(host);
      known.open += 1;
      let counted = true;
      return {
        [Symbol.dispose]() {
          if (counted) known.open -= 1;
          counted = false;
          if (known.open === 0 && known.most === MOST_PER_HOST) hosts.delete(host);
        },
      };
    },
    refused(host) {
      const known = know(host);
      known.most = Math.max(1, known.open - 1);
      known.refusedAt = now();
    },
  };
}
