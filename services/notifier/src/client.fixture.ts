import type { Client } from './client.ts';
import type { Frame } from './message.ts';

/** A client without a connection, of which the test says how much it has left lying. */
export function newClient() {
  const state = { buffered: 0, heard: [] as Frame[], closed: null as Frame | null, dropped: false };
  const client: Client = {
    ...{ id: 'a', caller: { session_id: 's', access: 'read', expires_at: 0 }, rooms: new Set() },
    send: (frame) => void state.heard.push(frame),
    buffered: () => state.buffered,
    close: (last) => {
      state.closed = last;
    },
    drop: () => {
      state.dropped = true;
    },
  };
  return { client, state };
}
