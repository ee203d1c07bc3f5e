/** Red, green and blue, each 0..255. */
export type Color = readonly [number, number, number];
export type Point = readonly [number, number];

const black: Color = [0, 0, 0];

/** Rows sampled inside one pixel row of a polygon; four are enough for edges that move slowly. */
const subrows = 4;

/** A packed rgb24 picture, which is what ffmpeg reads as `rawvideo`. Everything drawn on it is antialiased. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Uint8Array(width * height * 3);
  }

  copyFrom(other: Canvas): void {
    this.data.set(other.data);
  }

  /** Mixes `color` into one pixel; pixels outside the picture are ignored. */
  blend(x: number, y: number, color: Color, alpha: number): void {
    if (alpha <= 0 || x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const mix = Math.min(1, alpha);
    const at = (y * this.width + x) * 3;
    for (let channel = 0; channel < 3; channel += 1) {
      const old = this.data[at + channel] ?? 0;
      this.data[at + channel] = Math.round(old + ((color[channel] ?? 0) - old) * mix);
    }
  }

  /** Fills rows `top` up to, not including, `bottom` with colours spread evenly over them. */
  gradient(top: number, bottom: number, stops: readonly Color[]): void {
    for (let y = top; y < bottom; y += 1) {
      const color = colorAt(stops, (y - top) / Math.max(1, bottom - top - 1));
      for (let x = 0; x < this.width; x += 1) this.blend(x, y, color, 1);
    }
  }

  disc(cx: number, cy: number, radius: number, color: Color, alpha = 1): void {
    this.each(cx - radius - 1, cy - radius - 1, cx + radius + 1, cy + radius + 1, (x, y) => {
      this.blend(x, y, color, alpha * clamp(radius + 0.5 - Math.hypot(x - cx, y - cy)));
    });
  }

  /** A soft light that is `alpha` in its middle and fades to nothing at `radius`. */
  glow(cx: number, cy: number, radius: number, color: Color, alpha: number): void {
    this.each(cx - radius, cy - radius, cx + radius, cy + radius, (x, y) => {
      const left = clamp(1 - Math.hypot(x - cx, y - cy) / radius);
      this.blend(x, y, color, alpha * left * left);
    });
  }

  /** A line with round ends. */
  line(from: Point, to: Point, width: number, color: Color, alpha = 1): void {
    const reach = width / 2 + 1;
    const [left, right] = [Math.min(from[0], to[0]) - reach, Math.max(from[0], to[0]) + reach];
    const [top, bottom] = [Math.min(from[1], to[1]) - reach, Math.max(from[1], to[1]) + reach];
    this.each(left, top, right, bottom, (x, y) => {
      this.blend(x, y, color, alpha * clamp(width / 2 + 0.5 - distanceToLine(x, y, from, to)));
    });
  }

  /** Fills a polygon by the even-odd rule. */
  polygon(points: readonly Point[], color: Color, alpha = 1): void {
    const rows = points.map(([, y]) => y);
    const top = Math.max(0, Math.floor(Math.min(...rows)));
    const bottom = Math.min(this.height - 1, Math.ceil(Math.max(...rows)));
    const cover = new Float32Array(this.width);
    for (let y = top; y <= bottom; y += 1) {
      cover.fill(0);
      for (let sub = 0; sub < subrows; sub += 1) addSpans(cover, points, y + (sub + 0.5) / subrows);
      for (let x = 0; x < this.width; x += 1) this.blend(x, y, color, alpha * ((cover[x] ?? 0) / subrows));
    }
  }

  rect(x: number, y: number, width: number, height: number, color: Color, alpha = 1): void {
    this.each(x, y, x + width - 1, y + height - 1, (px, py) => this.blend(px, py, color, alpha));
  }

  private each(left: number, top: number, right: number, bottom: number, paint: (x: number, y: number) => void): void {
    const [x0, x1] = [Math.max(0, Math.floor(left)), Math.min(this.width - 1, Math.ceil(right))];
    const [y0, y1] = [Math.max(0, Math.floor(top)), Math.min(this.height - 1, Math.ceil(bottom))];
    for (let y = y0; y <= y1; y += 1) for (let x = x0; x <= x1; x += 1) paint(x, y);
  }
}

export function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** The colour at `place` (0..1) of evenly spaced stops. */
export function colorAt(stops: readonly Color[], place: number): Color {
  const scaled = clamp(place) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(scaled));
  const from = stops[Math.max(0, index)] ?? black;
  const to = stops[index + 1] ?? from;
  return mix(from, to, scaled - index);
}

export function mix(from: Color, to: Color, share: number): Color {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

export function distanceToLine(x: number, y: number, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = clamp(((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1));
  return Math.hypot(x - from[0] - along * dx, y - from[1] - along * dy);
}

/** Adds what the polygon covers on the line `y` to each pixel, fractions at both ends of a span included. */
function addSpans(cover: Float32Array, points: readonly Point[], y: number): void {
  const crossings: number[] = [];
  points.forEach(([x0, y0], index) => {
    const [x1, y1] = points[(index + 1) % points.length] ?? [x0, y0];
    if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0));
  });
  crossings.sort((a, b) => a - b);
  for (let i = 0; i + 1 < crossings.length; i += 2) addSpan(cover, crossings[i] ?? 0, crossings[i + 1] ?? 0);
}

function addSpan(cover: Float32Array, from: number, to: number): void {
  const [left, right] = [Math.max(0, from), Math.min(cover.length, to)];
  for (let x = Math.floor(left); x < right; x += 1) {
    cover[x] = (cover[x] ?? 0) + Math.min(right, x + 1) - Math.max(left, x);
  }
}
