/** Bytes per second for people, in powers of 1000: `312 kB/s`, `8.2 MB/s`. */
export function speedText(bytesPerSecond: number): string {
  return bytesPerSecond < 1e6
    ? `${Math.round(bytesPerSecond / 1e3)} kB/s`
    : `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`;
}
