import type { Place } from '@aniworld/chassis';
import { type ErrorCode, fail, type Message, toProblem } from '@aniworld/contracts';

/** A message in the forms in which it goes over the wire, each made once however many clients get it. */
export interface Frame {
  readonly message: Message;
  /** For plain WebSocket. */
  readonly text: string;
  /** For Socket.IO: an EVENT of the main namespace (Socket.IO protocol, revision 5). */
  readonly packet: string;
}

export function frameOf(message: Message): Frame {
  let text: string | undefined;
  let packet: string | undefined;
  return {
    message,
    get text() {
      text ??= JSON.stringify(message);
      return text;
    },
    get packet() {
      packet ??= `2[${JSON.stringify(message.type)},${this.text}]`;
      return packet;
    },
  };
}

/** A message that no event has caused. */
export function newMessage(type: string, room: string | null, data: unknown, { epoch, seq }: Place): Message {
  return { type, room, data, timestamp: new Date().toISOString(), epoch, seq };
}

/** Says why something is refused or ended. */
export function errorFrame(code: ErrorCode, place: Place, detail = toProblem(fail(code)).detail): Frame {
  return frameOf(newMessage('error', null, { code, detail }, place));
}
