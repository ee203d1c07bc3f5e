import { z } from 'zod';
import { rpc } from './define.ts';
import { Empty, Timestamp } from './shared.ts';

/** `downloads`, `queue`, `library`, `system`, `series:<id>`, `item:<id>`. */
export const Room = z
  .string()
  .max(60)
  .regex(/^(downloads|queue|library|system|(series|item):[0-9a-f-]{36})$/, 'No such room');

/** What a client sends to enter a room; with `epoch` and `seq` of the last message it gets what it missed. */
export const Join = z.object({ room: Room, epoch: z.string().max(100).optional(), seq: z.int().min(0).optional() });

/** What a plain WebSocket client sends. */
export const ClientMessage = z.discriminatedUnion('action', [
  Join.extend({ action: z.literal('join') }),
  z.object({ action: z.literal('leave'), room: Room }),
  z.object({ action: z.literal('ping') }),
]);

/** The answer to a join, leave or ping. */
export const Ack = z.object({ ok: z.boolean(), room: z.string().optional(), error: z.string().optional() });
export type Ack = z.output<typeof Ack>;

/** Every message that the server sends, over Socket.IO (event name = type) and plain WebSocket alike. */
export const Message = z
  .object({
    type: z.string(),
    room: z.string().nullable(),
    data: z.unknown(),
    timestamp: Timestamp,
    epoch: z.string().meta({ description: 'Changes when sequence numbers start anew' }),
    seq: z
      .int()
      .min(0)
      .meta({ description: 'Stream sequence of a durable event; of a live one, that of the last durable before it' }),
  })
  .meta({ id: 'Message' });
export type Message = z.output<typeof Message>;

export const realtime = {
  status: rpc('realtime.status', {
    summary: 'Connected clients and their rooms',
    http: { method: 'get', path: '/ws/status', access: 'read' },
    request: Empty,
    reply: z.object({ clients: z.int().min(0), rooms: z.record(z.string(), z.int().min(0)) }),
  }),
};
