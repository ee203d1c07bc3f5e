import { type Ack, fail, type Message } from '@aniworld/contracts';

/** Where a client stands in a room: the last message's epoch and sequence, and who waits for the room to be entered. */
interface Place {
  last: { epoch: string; seq: number } | null;
  waiting: PromiseWithResolvers<Ack>[];
}

/** The rooms that a connection is in or wants to be in, with what is needed to enter them again. */
export class Rooms {
  readonly #places = new Map<string, Place>();
  readonly #enter: (body: { room: string; epoch?: string; seq?: number }) => Promise<Ack>;

  constructor(enter: (body: { room: string; epoch?: string; seq?: number }) => Promise<Ack>) {
    this.#enter = enter;
  }

  /** Enters the room now, or once connected. */
  join(room: string, connected: boolean): Promise<Ack> {
    const place = this.#places.get(room) ?? { last: null, waiting: [] };
    this.#places.set(room, place);
    const waiter = Promise.withResolvers<Ack>();
    place.waiting.push(waiter);
    if (connected) void this.#settle(room, place);
    return waiter.promise;
  }

  /** Enters all rooms again, each from where it stood. */
  async rejoin(): Promise<void> {
    await Promise.all([...this.#places].map(([room, place]) => this.#settle(room, place)));
  }

  /** Remembers how far a room is. */
  note(message: Message): void {
    const place = message.room === null ? undefined : this.#places.get(message.room);
    if (place) place.last = { epoch: message.epoch, seq: message.seq };
  }

  forget(room: string): void {
    this.#refuse(room);
    this.#places.delete(room);
  }

  /** Ends every wait: the connection won't come back. */
  abandon(): void {
    for (const room of this.#places.keys()) this.#refuse(room);
  }

  async #settle(room: string, place: Place): Promise<void> {
    try {
      const ack = await this.#enter({ room, ...place.last });
      for (const waiter of place.waiting.splice(0)) waiter.resolve(ack);
    } catch {
      // No answer in time or the connection broke: whoever waits goes on waiting, the next connect enters again.
    }
  }

  #refuse(room: string): void {
    for (const waiter of this.#places.get(room)?.waiting.splice(0) ?? []) waiter.reject(fail('CANCELLED'));
  }
}
