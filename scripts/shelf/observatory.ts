import { Canvas, type Color, clamp, mix, type Point } from './canvas.ts';
import { chance } from './chance.ts';
import type { Frame, Moment } from './scene.ts';

const cream: Color = [255, 246, 222];
const lamp: Color = [255, 190, 104];
const lantern: Color = [226, 84, 66];
const ground: Color = [14, 18, 34];

/** Night skies from early evening to the hour before sunrise, one an episode. */
const skies: readonly (readonly Color[])[] = [
  [
    [12, 16, 46],
    [34, 40, 92],
    [88, 72, 122],
  ],
  [
    [10, 20, 50],
    [24, 58, 96],
    [58, 112, 128],
  ],
  [
    [20, 14, 48],
    [58, 36, 92],
    [128, 74, 118],
  ],
  [
    [8, 14, 36],
    [20, 40, 74],
    [44, 84, 104],
  ],
  [
    [22, 10, 28],
    [66, 26, 46],
    [134, 64, 58],
  ],
  [
    [28, 34, 82],
    [102, 84, 130],
    [238, 160, 128],
  ],
];

/** A figure for each episode, in units of the picture's height around its centre; -1 lifts the pen. */
const figures: readonly { stars: readonly Point[]; lines: readonly number[] }[] = [
  {
    stars: [
      [-0.2, 0],
      [0.2, 0],
      [0.14, 0.14],
      [0.06, 0.19],
      [-0.06, 0.19],
      [-0.14, 0.14],
    ],
    lines: [0, 1, 2, 3, 4, 5, 0],
  },
  {
    stars: [
      [-0.2, 0.14],
      [0.02, -0.02],
      [0.22, -0.16],
      [-0.18, 0.2],
      [0.06, 0.06],
      [0.26, -0.08],
    ],
    lines: [0, 1, 2, -1, 3, 4, 5],
  },
  {
    stars: [
      [-0.12, 0.18],
      [-0.05, 0.1],
      [-0.13, 0.02],
      [-0.05, -0.06],
      [0.12, 0.18],
      [0.19, 0.1],
      [0.11, 0.02],
      [0.19, -0.06],
    ],
    lines: [0, 1, 2, 3, -1, 4, 5, 6, 7],
  },
  {
    stars: [
      [-0.26, 0.02],
      [-0.1, -0.08],
      [0.08, -0.05],
      [0.16, 0.02],
      [0.26, -0.08],
      [0.26, 0.12],
      [0.06, 0.11],
      [-0.1, 0.11],
    ],
    lines: [0, 1, 2, 3, 4, 5, 3, 6, 7, 0],
  },
  {
    stars: [
      [-0.04, -0.16],
      [0.06, -0.1],
      [0.12, 0],
      [0.08, 0.12],
      [-0.04, 0.2],
      [-0.02, 0.08],
      [-0.06, -0.02],
    ],
    lines: [0, 1, 2, 3, 4, 5, 6, 0],
  },
  {
    stars: [
      [-0.24, 0.16],
      [-0.14, 0.02],
      [0, -0.04],
      [0.14, 0.02],
      [0.24, 0.16],
      [0, -0.16],
      [-0.24, -0.08],
      [0.24, -0.08],
    ],
    lines: [0, 1, 2, 3, 4, -1, 2, 5, -1, 1, 6, -1, 3, 7],
  },
];

/** A noodle stand under an observatory; the sky turns and a constellation is drawn star by star. */
export function observatory({ label, place, seconds }: Moment): Frame {
  const sky = skies[place % skies.length] ?? [ground];
  const backdrop = new Canvas(640, 360);
  backdrop.gradient(0, 360, sky);
  const stars = scatter(label);
  return (canvas, time) => {
    canvas.copyFrom(backdrop);
    for (const star of stars) drawStar(canvas, star, time);
    drawFigure(canvas, place, clamp((time - 4.5) / (seconds - 8)));
    drawMeteor(canvas, (time - seconds * 0.55) / 0.9);
    drawHill(canvas, sky[0] ?? ground);
    drawStand(canvas, time);
  };
}

type Star = { radius: number; angle: number; size: number; pulse: number };

function scatter(label: string): Star[] {
  const random = chance(`stars ${label}`);
  return Array.from({ length: 120 }, () => ({
    radius: 40 + random() * 560,
    angle: random() * Math.PI * 2,
    size: 0.35 + random() ** 3 * 1.3,
    pulse: random() * 20,
  }));
}

/** Stars turn around a pole above the dome, slowly enough to be felt rather than seen. */
function drawStar(canvas: Canvas, { radius, angle, size, pulse }: Star, time: number): void {
  const turned = angle + time * 0.006;
  const [x, y] = [470 + Math.cos(turned) * radius, 150 + Math.sin(turned) * radius];
  canvas.disc(x, y, size, cream, 0.55 + 0.3 * Math.sin(time * 0.9 + pulse));
}

function drawFigure(canvas: Canvas, place: number, share: number): void {
  const figure = figures[place % figures.length];
  if (!figure || share <= 0) return;
  const at = (index: number): Point => {
    const [x, y] = figure.stars[index] ?? [0, 0];
    return [200 + x * 420, 132 + y * 420];
  };
  const pieces = figure.lines.slice(1).flatMap((to, i) => {
    const from = figure.lines[i] ?? -1;
    return from < 0 || to < 0 ? [] : [[at(from), at(to)] as const];
  });
  pieces.forEach(([from, to], i) => {
    const part = clamp(share * pieces.length - i);
    if (part <= 0) return;
    canvas.line(from, [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part], 1.2, cream, 0.55);
    for (const [x, y] of part < 1 ? [from] : [from, to]) {
      canvas.glow(x, y, 9, cream, 0.3);
      canvas.disc(x, y, 1.9, cream);
    }
  });
}

function drawMeteor(canvas: Canvas, share: number): void {
  if (share <= 0 || share >= 1) return;
  const [x, y] = [600 - share * 260, 20 + share * 90];
  const bright = Math.sin(share * Math.PI);
  for (let i = 0; i < 6; i += 1) {
    const from: Point = [x + i * 9, y - i * 3.1];
    canvas.line(from, [from[0] + 9, from[1] - 3.1], 2 - i * 0.3, cream, bright * (0.8 - i * 0.13));
  }
}

function drawHill(canvas: Canvas, top: Color): void {
  const slope = Array.from(
    { length: 33 },
    (_, i): Point => [i * 20, 300 - 62 * Math.exp(-(((i * 20 - 470) / 150) ** 2)) + 6 * Math.sin(i * 0.7)],
  );
  const far = slope.map(([x, y]): Point => [x, y - 14 + 10 * Math.sin(x * 0.013)]);
  canvas.polygon([...far, [660, 380], [-20, 380]], mix(ground, top, 0.55));
  drawDome(canvas, 470, 240);
  canvas.polygon([...slope, [660, 380], [-20, 380]], ground);
}

function drawDome(canvas: Canvas, x: number, y: number): void {
  const shell: Color = [96, 100, 138];
  const shade: Color = [58, 60, 96];
  canvas.rect(x - 34, y - 20, 68, 40, shade);
  const arc = Array.from(
    { length: 25 },
    (_, i): Point => [x - Math.cos((i / 24) * Math.PI) * 40, y - 20 - Math.sin((i / 24) * Math.PI) * 40],
  );
  canvas.polygon(arc, shell);
  canvas.polygon(
    [
      [x - 26, y - 50],
      [x - 12, y - 58],
      [x - 2, y - 21],
      [x - 16, y - 21],
    ],
    ground,
  );
  canvas.glow(x - 14, y - 36, 30, lamp, 0.35);
  canvas.line([x - 10, y - 26], [x - 34, y - 66], 7, [168, 172, 200]);
  canvas.line([x - 31, y - 61], [x - 35, y - 68], 10, [206, 208, 226]);
}

function drawStand(canvas: Canvas, time: number): void {
  const [x, y] = [150, 318];
  canvas.glow(x, y - 26, 130, lamp, 0.42);
  canvas.rect(x - 52, y - 46, 104, 46, [70, 44, 40]);
  canvas.rect(x - 46, y - 40, 92, 24, [255, 214, 142]);
  canvas.polygon(
    [
      [x - 66, y - 44],
      [x - 50, y - 66],
      [x + 50, y - 66],
      [x + 66, y - 44],
    ],
    [54, 40, 58],
  );
  for (let i = 0; i < 4; i += 1) canvas.rect(x - 42 + i * 22, y - 44, 18, 12, lantern, 0.92);
  canvas.rect(x - 58, y - 16, 116, 6, [104, 66, 52]);
  for (const side of [-62, 62]) {
    const sway = Math.sin(time * 1.3 + side) * 1.6;
    canvas.glow(x + side + sway, y - 28, 30, lamp, 0.4);
    canvas.disc(x + side + sway, y - 28, 7.5, lantern);
    canvas.disc(x + side + sway, y - 28, 3.6, lamp, 0.8);
  }
  for (let puff = 0; puff < 5; puff += 1) drawSteam(canvas, x + 6, y - 30, (time * 0.22 + puff / 5) % 1, puff);
}

function drawSteam(canvas: Canvas, x: number, y: number, age: number, puff: number): void {
  const drift = Math.sin(age * 5 + puff * 1.7) * 8 * age;
  canvas.glow(x + drift, y - age * 86, 10 + age * 20, cream, 0.26 * Math.sin(age * Math.PI));
}
