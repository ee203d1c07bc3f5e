import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow slowly until disposed. By itself V8 lets garbage pile up to four times what is in use: a scan of 100,000
 * files then takes 400 MiB more than it needs, and with this 80 to 90, for a quarter more of processor time. At 20 instead of
 * 40 it would collect half as often again for 5 MiB less.
 */
export function keepHeapSmall(): Disposable {
  setFlagsFromString('--heap-growing-percent=40');
  setFlagsFromString('--semi-space-growth-factor=1');
  return {
    [Symbol.dispose]() {
      // V8's own values.
      setFlagsFromString('--heap-growing-percent=0');
      setFlagsFromString('--semi-space-growth-factor=2');
    },
  };
}
