import {
  allEvents,
  type contracts,
  DownloadProgress,
  type EventData,
  type Message,
  QueueStatus,
  Scan,
  type Task,
} from '@aniworld/contracts';

type Queue = typeof contracts.queue;
type Anime = typeof contracts.anime;

/** What a room sends on entering it; each room fills its own field. */
export interface Snapshot {
  active?: DownloadProgress[];
  status?: QueueStatus;
  scan?: Scan;
}

/** The data of each type of message. */
export interface MessageData {
  snapshot: Snapshot;
  resync: unknown;
  download_progress: EventData<Queue['progress']>;
  download_complete: EventData<Queue['completed']>;
  download_failed: EventData<Queue['failed']>;
  queue_status: EventData<Queue['changed']>;
  queue_started: QueueStatus;
  queue_stopped: QueueStatus;
  queue_paused: QueueStatus;
  queue_resumed: QueueStatus;
  library_changed: EventData<Anime['changed']>;
  scan_progress: Scan;
  task_changed: Task;
  system_info: unknown;
  system_warning: unknown;
  system_error: unknown;
}

type Parsed = { success: true; data: Message } | { success: false; error: unknown };

const schemas = new Map(allEvents().map((event) => [event.type, event.data]));

/** Parses a message's data by the event that its type belongs to; data of other types stays as it is. */
export function parseMessage(message: Message): Parsed {
  if (message.type === 'snapshot') return withData(message, () => parseSnapshot(message.data));
  const schema = schemas.get(message.type as never);
  return schema ? withData(message, () => schema.parse(message.data)) : { success: true, data: message };
}

function withData(message: Message, parse: () => unknown): Parsed {
  try {
    return { success: true, data: { ...message, data: parse() } };
  } catch (error) {
    return { success: false, error };
  }
}

function parseSnapshot(data: unknown): Snapshot {
  const { active, status, scan } = (data ?? {}) as Record<string, unknown>;
  return {
    ...(active !== undefined && { active: DownloadProgress.array().parse(active) }),
    ...(status !== undefined && { status: QueueStatus.parse(status) }),
    ...(scan !== undefined && { scan: Scan.parse(scan) }),
  };
}
