/**
 * What two names have in common that are one name to some file system: case (Windows, macOS, shares) and the form of
 * accents (macOS).
 */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/** The nth name for a file whose name is taken: `Name (2).mkv`. */
export function numbered(path: string, n: number): string {
  const dot = path.lastIndexOf('.');
  return n < 2 ? path : `${path.slice(0, dot)} (${n})${path.slice(dot)}`;
}
