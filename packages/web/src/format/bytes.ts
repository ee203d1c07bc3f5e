const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes for people, in powers of 1000 as file managers and disks count: `312 MB`. */
export function formatBytes(bytes: number, language?: string): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  const digits = power > 0 && value < 10 ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  return `${number.format(value)} ${UNITS[power]}`;
}

/** Bytes per second for people: `8.2 MB/s`. */
export function formatSpeed(bytesPerSecond: number, language?: string): string {
  return `${formatBytes(bytesPerSecond, language)}/s`;
}
