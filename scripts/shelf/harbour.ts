import { Canvas, type Color, mix, type Point } from './canvas.ts';
import { chance } from './chance.ts';
import type { Frame, Moment } from './scene.ts';

/** The light of one episode: sky from top to horizon, the walls against it, and the sun or moon. */
type Light = { sky: readonly Color[]; wall: Color; orb: Color; orbAt: Point; stars: number; boats: number };

const horizon = 222;
const paper: Color = [250, 246, 236];
const fold: Color = [214, 210, 206];
const lamp: Color = [255, 206, 128];

const lights: Record<string, Light> = {
  s00e01: light(
    [
      [13, 18, 44],
      [30, 38, 82],
      [72, 66, 110],
    ],
    [16, 20, 44],
    [244, 238, 214],
    [500, 62],
    70,
    9,
  ),
  s01e01: light(
    [
      [70, 104, 158],
      [214, 160, 150],
      [255, 214, 160],
    ],
    [74, 62, 92],
    [255, 236, 190],
    [470, 172],
    0,
    1,
  ),
  s01e02: light(
    [
      [92, 150, 190],
      [168, 206, 212],
      [240, 234, 204],
    ],
    [70, 96, 112],
    [255, 250, 226],
    [160, 74],
    0,
    1,
  ),
  s01e03: light(
    [
      [58, 62, 110],
      [148, 104, 142],
      [244, 168, 132],
    ],
    [52, 44, 78],
    [255, 214, 160],
    [330, 196],
    12,
    2,
  ),
  s01e04: light(
    [
      [60, 128, 140],
      [146, 196, 178],
      [252, 232, 178],
    ],
    [44, 84, 94],
    [255, 244, 204],
    [510, 96],
    0,
    3,
  ),
  s02e01: light(
    [
      [110, 130, 168],
      [176, 190, 212],
      [232, 232, 240],
    ],
    [84, 96, 126],
    [255, 255, 250],
    [220, 90],
    0,
    1,
  ),
  s02e02: light(
    [
      [38, 52, 96],
      [92, 98, 150],
      [206, 150, 168],
    ],
    [34, 38, 72],
    [255, 226, 200],
    [130, 186],
    30,
    2,
  ),
  s02e03: light(
    [
      [24, 36, 76],
      [60, 84, 130],
      [150, 168, 178],
    ],
    [22, 32, 62],
    [250, 244, 222],
    [520, 70],
    48,
    2,
  ),
};

/** A canal town with paper boats, its light chosen by the episode. `label` is like `S01E02`. */
export function harbour({ label, seconds }: Moment): Frame {
  const chosen = lights[label.toLowerCase()] ?? lights['s01e01'];
  if (!chosen) throw new Error('The harbour has no light');
  const town = drawTown(chosen, label);
  return (canvas, time) => {
    canvas.copyFrom(town);
    reflect(canvas, chosen, time);
    for (let boat = chosen.boats - 1; boat >= 0; boat -= 1) drawBoat(canvas, boat, time / seconds, time, chosen);
  };
}

function light(sky: readonly Color[], wall: Color, orb: Color, orbAt: Point, stars: number, boats: number): Light {
  return { sky, wall, orb, orbAt, stars, boats };
}

/** All that stands still, painted once for a clip. */
function drawTown({ sky, wall, orb, orbAt, stars }: Light, label: string): Canvas {
  const canvas = new Canvas(640, 360);
  const random = chance(`town ${label}`);
  canvas.gradient(0, horizon, sky);
  for (let i = 0; i < stars; i += 1) canvas.disc(random() * 640, random() * 150, 0.4 + random() * 0.7, paper, 0.7);
  canvas.glow(orbAt[0], orbAt[1], 120, orb, 0.5);
  canvas.disc(orbAt[0], orbAt[1], 24, orb);
  const far = mix(wall, sky[sky.length - 1] ?? wall, 0.55);
  for (let x = -20; x < 660; x += 34 + random() * 20) drawHouse(canvas, x, 40 + random() * 26, far, random, 0);
  for (let x = -30; x < 660; x += 44 + random() * 26) drawHouse(canvas, x, 22 + random() * 44, wall, random, 0.45);
  canvas.rect(0, horizon - 5, 640, 5, mix(wall, [0, 0, 0], 0.25));
  return canvas;
}

function drawHouse(canvas: Canvas, x: number, height: number, wall: Color, random: () => number, lit: number): void {
  const width = 34 + random() * 16;
  const top = horizon - height;
  canvas.rect(x, top, width, height, wall);
  canvas.polygon(
    [
      [x - 3, top + 1],
      [x + width / 2, top - 10 - random() * 14],
      [x + width + 3, top + 1],
    ],
    mix(wall, [0, 0, 0], 0.12),
  );
  for (let row = top + 8; row < horizon - 14; row += 14) {
    for (let column = x + 6; column < x + width - 8; column += 12) {
      if (random() < lit) canvas.rect(column, row, 5, 7, lamp, 0.85);
    }
  }
}

/** The canal: the town upside down, each row shifted a little more the nearer it lies. */
function reflect(canvas: Canvas, { sky, wall }: Light, time: number): void {
  const tint = mix(wall, sky[0] ?? wall, 0.5);
  for (let y = horizon; y < canvas.height; y += 1) {
    const depth = y - horizon;
    const from = Math.max(0, horizon - 1 - Math.round(depth * 1.35));
    const sway = Math.sin(depth * 0.34 - time * 1.1) + 0.6 * Math.sin(depth * 0.13 + time * 0.7);
    const shift = Math.round(sway * (1 + depth * 0.035));
    const weight = 0.3 + 0.3 * (depth / (canvas.height - horizon));
    for (let x = 0; x < canvas.width; x += 1) {
      const source = (from * canvas.width + Math.min(canvas.width - 1, Math.max(0, x + shift))) * 3;
      const target = (y * canvas.width + x) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const seen = canvas.data[source + channel] ?? 0;
        canvas.data[target + channel] = Math.round(seen + ((tint[channel] ?? 0) - seen) * weight);
      }
    }
  }
}

function drawBoat(canvas: Canvas, index: number, share: number, time: number, { wall, stars }: Light): void {
  const near = 1 - index * 0.09;
  const size = 46 * near;
  const x = ((share * (1.05 - index * 0.05) + index * 0.37) % 1.3) * 760 - 100;
  const y = horizon + 84 * near - 18 + Math.sin(time * 1.6 + index * 2.1) * 2.5;
  const tilt = Math.sin(time * 1.2 + index) * 0.07;
  const at = (dx: number, dy: number): Point => [x + (dx - dy * tilt) * size, y + (dy + dx * tilt) * size];
  canvas.polygon([at(-0.8, 0.42), at(0.8, 0.42), at(0.5, 0.62), at(-0.5, 0.62)], mix(wall, [0, 0, 0], 0.3), 0.35);
  if (stars > 10) canvas.glow(x, y - size * 0.1, size * 1.8, lamp, 0.42);
  canvas.polygon([at(-0.34, 0.04), at(0, -0.72), at(0, 0.12)], fold);
  canvas.polygon([at(0, -0.72), at(0.34, 0.06), at(0, 0.12)], paper);
  canvas.polygon([at(-1, -0.12), at(0, 0.1), at(1, -0.12), at(0.56, 0.46), at(-0.56, 0.46)], paper);
  canvas.polygon([at(-1, -0.12), at(0, 0.1), at(-0.56, 0.46)], fold, 0.6);
}
