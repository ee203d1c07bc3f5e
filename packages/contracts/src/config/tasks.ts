import { z } from 'zod';

/** When a task runs: an interval, or the five fields of cron. Whether cron's fields make sense, the catalog checks. */
const Schedule = z
  .string()
  .max(100)
  .regex(/^(|[1-9]\d{0,4}[mhd]|\S+( +\S+){4})$/, 'An interval like 30m, 6h or 1d, or five cron fields like 30 3 * * *');

const schedule = (byDefault: string, what: string) =>
  z
    .object({
      schedule: Schedule.default(byDefault).meta({
        description: `${what}: interval (30m, 6h, 1d) or five cron fields in the server’s time zone; empty: only when asked for`,
      }),
    })
    .prefault({});

/** When the server does by itself what GET /tasks lists. */
export const TaskSchedules = z.object({
  rescan: z
    .object({
      schedule: Schedule.default('').meta({
        description: 'Scan of the library: interval or five cron fields; empty: every library.scan_interval_minutes',
      }),
    })
    .prefault({}),
  refresh: schedule(
    '1h',
    'Asking providers for new episodes, of the series that are due by library.refresh_interval_hours',
  ),
  auto_download: schedule('15m', 'Queueing new episodes of series that want that'),
  // Off the full hour, when everybody's tasks start.
  backup: schedule('30 3 * * *', 'Backup'),
  cleanup: schedule('45 4 * * *', 'Removing what is too old'),
});
export type TaskSchedules = z.output<typeof TaskSchedules>;
