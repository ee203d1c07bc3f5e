import { type Canvas, type Color, clamp, distanceToLine, type Point } from './canvas.ts';

/**
 * A monoline alphabet of our own, so that no font's licence travels with the clips. Each glyph is its width and an SVG
 * path of the commands M, L and Q on a grid where capitals are six units high, drawn with a round pen.
 */
const glyphs: Record<string, readonly [number, string]> = {
  ' ': [1.4, ''],
  A: [4, 'M0 6L2 0L4 6M.8 4L3.2 4'],
  B: [3.6, 'M0 0L0 6L2 6Q3.6 6 3.6 4.5Q3.6 3 2 3L0 3M0 0L1.8 0Q3.2 0 3.2 1.5Q3.2 3 1.8 3'],
  C: [4, 'M4 1Q3.2 0 2.2 0Q0 0 0 3Q0 6 2.2 6Q3.2 6 4 5'],
  D: [4, 'M0 0L0 6L1.5 6Q4 6 4 3Q4 0 1.5 0L0 0'],
  E: [3, 'M3 0L0 0L0 6L3 6M0 3L2.5 3'],
  F: [3, 'M3 0L0 0L0 6M0 3L2.5 3'],
  G: [4.2, 'M4 1Q3.2 0 2.2 0Q0 0 0 3Q0 6 2.2 6Q4.2 6 4.2 3.4L2.6 3.4'],
  H: [3.8, 'M0 0L0 6M3.8 0L3.8 6M0 3L3.8 3'],
  I: [0.2, 'M.1 0L.1 6'],
  J: [2.6, 'M2.6 0L2.6 4.4Q2.6 6 1.2 6Q.3 6 0 5.2'],
  K: [3.6, 'M0 0L0 6M3.5 0L0 3.7M1.2 2.5L3.6 6'],
  L: [3, 'M0 0L0 6L3 6'],
  M: [4.6, 'M0 6L0 0L2.3 4L4.6 0L4.6 6'],
  N: [3.8, 'M0 6L0 0L3.8 6L3.8 0'],
  O: [4.4, 'M2.2 0Q4.4 0 4.4 3Q4.4 6 2.2 6Q0 6 0 3Q0 0 2.2 0'],
  P: [3.6, 'M0 6L0 0L2 0Q3.6 0 3.6 1.7Q3.6 3.4 2 3.4L0 3.4'],
  Q: [4.4, 'M2.2 0Q4.4 0 4.4 3Q4.4 6 2.2 6Q0 6 0 3Q0 0 2.2 0M2.8 4.4L4.4 6.4'],
  R: [3.6, 'M0 6L0 0L2 0Q3.6 0 3.6 1.7Q3.6 3.4 2 3.4L0 3.4M1.9 3.4L3.6 6'],
  S: [3.4, 'M3.3 .8Q2.6 0 1.7 0Q.1 0 .1 1.5Q.1 2.7 1.7 3Q3.4 3.3 3.4 4.5Q3.4 6 1.7 6Q.7 6 0 5.2'],
  T: [3.6, 'M0 0L3.6 0M1.8 0L1.8 6'],
  U: [3.8, 'M0 0L0 4Q0 6 1.9 6Q3.8 6 3.8 4L3.8 0'],
  V: [4, 'M0 0L2 6L4 0'],
  W: [5.6, 'M0 0L1.4 6L2.8 1L4.2 6L5.6 0'],
  X: [3.8, 'M0 0L3.8 6M3.8 0L0 6'],
  Y: [3.8, 'M0 0L1.9 3L3.8 0M1.9 3L1.9 6'],
  Z: [3.6, 'M0 0L3.6 0L0 6L3.6 6'],
  '0': [3.6, 'M1.8 0Q3.6 0 3.6 3Q3.6 6 1.8 6Q0 6 0 3Q0 0 1.8 0'],
  '1': [1.4, 'M0 1.1L1.3 0L1.3 6'],
  '2': [3.5, 'M.1 1.4Q.2 0 1.8 0Q3.4 0 3.4 1.5Q3.4 2.8 0 6L3.5 6'],
  '3': [3.5, 'M.1 .8Q.8 0 1.8 0Q3.3 0 3.3 1.5Q3.3 2.9 1.5 2.9Q3.5 2.9 3.5 4.5Q3.5 6 1.8 6Q.6 6 0 5.1'],
  '4': [3.8, 'M2.8 6L2.8 0L0 4.2L3.8 4.2'],
  '5': [3.5, 'M3.2 0L.5 0L.2 2.8Q.9 2.3 1.7 2.3Q3.5 2.3 3.5 4.1Q3.5 6 1.7 6Q.6 6 0 5.2'],
  '6': [3.5, 'M3 .4Q2.5 0 1.9 0Q0 0 0 3.8Q0 6 1.8 6Q3.5 6 3.5 4.2Q3.5 2.4 1.8 2.4Q.2 2.4 0 4'],
  '7': [3.5, 'M0 0L3.5 0L1.2 6'],
  '8': [
    3.6,
    'M1.8 0Q3.3 0 3.3 1.5Q3.3 2.9 1.8 2.9Q.3 2.9 .3 1.5Q.3 0 1.8 0M1.8 2.9Q3.6 2.9 3.6 4.5Q3.6 6 1.8 6Q0 6 0 4.5Q0 2.9 1.8 2.9',
  ],
  '9': [3.5, 'M.5 5.6Q1 6 1.6 6Q3.5 6 3.5 2.2Q3.5 0 1.7 0Q0 0 0 1.8Q0 3.6 1.7 3.6Q3.3 3.6 3.5 2'],
  '-': [2, 'M0 3.2L2 3.2'],
  "'": [0.2, 'M.2 0L0 1.4'],
  ',': [0.5, 'M.5 5.8L0 7'],
  '.': [0.2, 'M.1 6L.1 5.9'],
  '!': [0.2, 'M.1 0L.1 4M.1 6L.1 5.9'],
  '?': [3.2, 'M.1 1.2Q.3 0 1.6 0Q3.2 0 3.2 1.5Q3.2 2.5 1.7 3.1L1.7 4M1.7 6L1.7 5.9'],
};

const capHeight = 6;
const gap = 1.5;

export type Lettering = { text: string; x: number; y: number; size: number; weight: number; color: Color };

/** How wide `text` is when its capitals are `size` high. Throws for a character that the alphabet lacks. */
export function textWidth(text: string, size: number): number {
  const units = [...text.toUpperCase()].reduce((sum, letter) => sum + glyph(letter)[0] + gap, -gap);
  return (units * size) / capHeight;
}

/** The strokes of a centred line of text as one SVG path; `x` is its middle, `y` the top of its capitals. */
export function textPath({ text, x, y, size }: Omit<Lettering, 'weight' | 'color'>): string {
  return strokesOf(text, x, y, size).map(toPath).join('');
}

/** A line of text made into a mask once, because the same title is mixed into a hundred frames. */
export function letter(line: Lettering): (canvas: Canvas, alpha: number) => void {
  const lines = strokesOf(line.text, line.x, line.y, line.size).flatMap(flatten);
  const mask = new Map<number, number>();
  const stride = 1 << 12;
  for (const [from, to] of lines) {
    markLine(from, to, line.weight / 2, (x, y, cover) => {
      mask.set(y * stride + x, Math.max(cover, mask.get(y * stride + x) ?? 0));
    });
  }
  return (canvas, alpha) => {
    for (const [at, cover] of mask) canvas.blend(at % stride, Math.floor(at / stride), line.color, cover * alpha);
  };
}

type Stroke = { command: 'L' | 'Q'; points: Point[] };

function glyph(letterOf: string): readonly [number, string] {
  const found = glyphs[letterOf];
  if (!found) throw new Error(`The alphabet of scripts/shelf/lettering.ts has no "${letterOf}"`);
  return found;
}

function strokesOf(text: string, x: number, y: number, size: number): Stroke[] {
  const scale = size / capHeight;
  let pen = x - textWidth(text, size) / 2;
  return [...text.toUpperCase()].flatMap((character) => {
    const [width, path] = glyph(character);
    const left = pen;
    pen += (width + gap) * scale;
    return parsePath(path, ([px, py]) => [left + px * scale, y + py * scale]);
  });
}

function parsePath(path: string, place: (point: Point) => Point): Stroke[] {
  let here: Point = [0, 0];
  return [...path.matchAll(/([MLQ])([^MLQ]+)/g)].flatMap(([, command, rest]) => {
    const numbers = (rest ?? '').trim().split(/\s+/).map(Number);
    const points: Point[] = [];
    for (let i = 0; i < numbers.length; i += 2) points.push(place([numbers[i] ?? 0, numbers[i + 1] ?? 0]));
    const from = here;
    here = points.at(-1) ?? here;
    return command === 'M' ? [] : [{ command: command as 'L' | 'Q', points: [from, ...points] }];
  });
}

function toPath({ command, points: [from, ...rest] }: Stroke): string {
  const write = (point: Point | undefined) => (point ?? [0, 0]).map((value) => value.toFixed(1)).join(' ');
  return `M${write(from)}${command}${rest.map(write).join(' ')}`;
}

/** A stroke as straight pieces; eight for a curve stay below a quarter pixel at these sizes. */
function flatten({ points: [p0 = [0, 0], p1 = [0, 0], p2] }: Stroke): [Point, Point][] {
  if (!p2) return [[p0, p1]];
  const at = (t: number): Point => [
    (1 - t) ** 2 * p0[0] + 2 * t * (1 - t) * p1[0] + t * t * p2[0],
    (1 - t) ** 2 * p0[1] + 2 * t * (1 - t) * p1[1] + t * t * p2[1],
  ];
  return Array.from({ length: 8 }, (_, i) => [at(i / 8), at((i + 1) / 8)]);
}

function markLine(from: Point, to: Point, radius: number, mark: (x: number, y: number, cover: number) => void): void {
  const reach = radius + 1;
  for (let y = Math.floor(Math.min(from[1], to[1]) - reach); y <= Math.max(from[1], to[1]) + reach; y += 1) {
    for (let x = Math.floor(Math.min(from[0], to[0]) - reach); x <= Math.max(from[0], to[0]) + reach; x += 1) {
      const cover = clamp(radius + 0.5 - distanceToLine(x, y, from, to));
      if (cover > 0) mark(x, y, cover);
    }
  }
}
