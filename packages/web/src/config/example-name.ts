const EXAMPLE: Record<string, string | number> = {
  series: 'Lantern Harbour',
  year: 2024,
  season: 1,
  episode: 4,
  absolute: 4,
  title: 'The Hidden Letter',
  ext: 'mkv',
};

/** What the naming template makes of an example; a part that it doesn't know stays as it is written. */
export function exampleName(template: string): string {
  return template.replace(/\{(\w+)(?::(0+))?\}/g, (whole, name: string, zeros = '') =>
    name in EXAMPLE ? String(EXAMPLE[name]).padStart(zeros.length, '0') : whole,
  );
}
