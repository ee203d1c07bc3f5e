import { z } from 'zod';
import type { Event } from './define.ts';
import { allEvents, subjectOf } from './index.ts';

/**
 * The AsyncAPI 3.0 document of the events, derived from the contracts: each is a NATS subject below the installation's
 * prefix, and a message type in the rooms that sockets join.
 * @param version of the system, for `info.version`
 */
export function asyncApiDocument(version: string) {
  const events = allEvents();
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'AniWorld events',
      version,
      description:
        'Durable events (`evt.`) arrive at least once and in order, live ones (`live.`) may be lost. Sockets get them as `{type, room, data, timestamp, epoch, seq}`.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(events.map((event) => [event.name, channelOf(event)])),
    operations: Object.fromEntries(events.map((event) => [`send ${event.name}`, operationOf(event)])),
    components: { messages: Object.fromEntries(events.map((event) => [event.name, messageOf(event)])) },
  };
}

function channelOf(event: Event) {
  return {
    address: subjectOf(event),
    description: event.room
      ? `Sockets in ${roomsOf(event).join(', ')} get it as \`${event.type}\`.`
      : 'For services only.',
    messages: { [event.name]: { $ref: `#/components/messages/${event.name}` } },
  };
}

const roomsOf = (event: Event) => [`\`${event.room}\``, ...Object.keys(event.scoped).map((kind) => `\`${kind}:<id>\``)];

function operationOf(event: Event) {
  return { action: 'send', channel: { $ref: `#/channels/${event.name}` }, summary: event.summary };
}

function messageOf(event: Event) {
  return {
    name: event.type ?? event.name,
    summary: event.summary,
    payload: z.toJSONSchema(event.data, { io: 'output', reused: 'inline' }),
  };
}
