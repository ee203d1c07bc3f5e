import { useEffect, useState } from 'react';

/** Seconds since a point in time (ISO 8601), counted on while it is shown. */
export function useSecondsSince(since: string): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, (now - Date.parse(since)) / 1_000);
}
