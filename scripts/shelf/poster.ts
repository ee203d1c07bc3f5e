import { chance } from './chance.ts';
import { textPath, textWidth } from './lettering.ts';

const [width, height] = [600, 900];

/** The upright picture of a show, 600x900, as an SVG that needs no font. `words` is the title, one line each. */
export function poster(show: string, words: readonly string[]): string {
  const [defs, scene] = show === 'paper-boat-post' ? canal() : nightSky();
  const lines = words.map((text, index) => {
    const size = Math.min(54, 480 / textWidth(text, 1));
    return textPath({ text, x: width / 2, y: 96 + index * 84, size });
  });
  const title = `<path d="${lines.join('')}" fill="none" stroke="#fff8e8" stroke-width="6.5" stroke-linecap="round" stroke-linejoin="round"/>`;
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${words.join(' ')}">\n<defs>${defs}</defs>\n${scene.join('\n')}\n${title}\n</svg>\n`;
}

type Drawing = [defs: string, scene: string[]];

function canal(): Drawing {
  const random = chance('poster canal');
  const houses: string[] = [];
  for (let x = -20; x < width; x += 62 + random() * 30)
    houses.push(house(x, 560 - 70 - random() * 110, 58 + random() * 26, random));
  const ripples = Array.from({ length: 16 }, (_, i) => {
    const [x, y, half] = [random() * width, 590 + i * 19, 30 + random() * 70];
    return `<path d="M${n(x - half)} ${n(y)}Q${n(x)} ${n(y - 6)} ${n(x + half)} ${n(y)}" stroke="#ffd6a0" stroke-opacity=".28" stroke-width="3" fill="none" stroke-linecap="round"/>`;
  });
  return [
    halo('sun', '#ffecbe') + shade('sky', ['#46689e', '#d6a096', '#ffd6a0']) + shade('water', ['#b98f8e', '#4a5480']),
    [
      rect(0, 0, width, 560, 'url(#sky)'),
      disc(438, 470, 210, 'url(#sun)'),
      disc(438, 470, 62, '#ffecbe'),
      ...houses,
      rect(0, 560, width, 340, 'url(#water)'),
      ...ripples,
      boat(300, 720, 165),
      boat(96, 622, 46),
      boat(500, 640, 58),
    ],
  ];
}

function house(x: number, top: number, wide: number, random: () => number): string {
  const parts = [
    rect(x, top, wide, 560 - top, '#4a3e5c'),
    polygon([x - 5, top, x + wide / 2, top - 34, x + wide + 5, top], '#3f3450'),
  ];
  for (let y = top + 16; y < 530; y += 28) {
    for (let at = x + 11; at < x + wide - 16; at += 22) if (random() < 0.5) parts.push(rect(at, y, 9, 13, '#ffce80'));
  }
  return parts.join('');
}

function boat(x: number, y: number, size: number): string {
  const at = (...points: number[]) => points.map((value, i) => value * size + (i % 2 ? y : x));
  return [
    polygon(at(-0.85, 0.44, 0.85, 0.44, 0.5, 0.66, -0.5, 0.66), '#2c3054', 0.35),
    polygon(at(-0.34, 0.02, 0, -0.72, 0, 0.12), '#d6d2ce'),
    polygon(at(0, -0.72, 0.34, 0.06, 0, 0.12), '#faf6ec'),
    polygon(at(-1, -0.12, 0, 0.1, 1, -0.12, 0.56, 0.46, -0.56, 0.46), '#faf6ec'),
    polygon(at(-1, -0.12, 0, 0.1, -0.56, 0.46), '#dedad4'),
  ].join('');
}

function nightSky(): Drawing {
  const random = chance('poster night');
  const stars = Array.from({ length: 90 }, () =>
    disc(random() * width, random() * 640, 0.8 + random() * 1.8, '#fff6de', 0.4 + random() * 0.6),
  );
  const bowl = [220, 470, 380, 470, 356, 526, 324, 546, 276, 546, 244, 526];
  const corners = Array.from({ length: 6 }, (_, i) => disc(bowl[i * 2] ?? 0, bowl[i * 2 + 1] ?? 0, 6, '#fff6de'));
  const steam = [258, 300, 342].map(
    (x) =>
      `<path d="M${x} 447q-18 -22 0 -44t0 -44" fill="none" stroke="#fff6de" stroke-opacity=".45" stroke-width="5" stroke-linecap="round"/>`,
  );
  return [
    shade('sky', ['#0c102e', '#22285c', '#58487a']) + halo('lamp', '#ffbe68'),
    [
      rect(0, 0, width, height, 'url(#sky)'),
      ...stars,
      `<polygon points="${bowl.join(' ')}" fill="#fff6de" fill-opacity=".08" stroke="#fff6de" stroke-opacity=".6" stroke-width="3"/>`,
      ...corners,
      ...steam,
      ...dome(),
      `<path d="M0 790Q180 770 300 740T600 730V900H0Z" fill="#0e1222"/>`,
      ...stand(),
    ],
  ];
}

function dome(): string[] {
  return [
    rect(408, 680, 104, 80, '#3a3c60'),
    `<path d="M398 684A62 62 0 0 1 522 684Z" fill="#60648a"/>`,
    polygon([418, 646, 440, 630, 456, 684, 434, 684], '#0e1222'),
    `<path d="M446 676L404 604" stroke="#a8acc8" stroke-width="13" stroke-linecap="round"/>`,
    `<path d="M407 610L400 598" stroke="#cecfe2" stroke-width="19" stroke-linecap="round"/>`,
  ];
}

function stand(): string[] {
  const curtains = Array.from({ length: 5 }, (_, i) => rect(92 + i * 31, 770, 26, 22, '#e25442'));
  const lanterns = [66, 266].map(
    (x) => disc(x, 796, 46, 'url(#lamp)') + disc(x, 796, 15, '#e25442') + disc(x, 796, 7, '#ffbe68'),
  );
  return [
    disc(166, 796, 190, 'url(#lamp)'),
    rect(80, 764, 172, 80, '#462c28'),
    rect(90, 776, 152, 40, '#ffd68e'),
    polygon([56, 768, 82, 728, 250, 728, 276, 768], '#36283a'),
    ...curtains,
    rect(70, 816, 192, 12, '#684234'),
    ...lanterns,
  ];
}

function shade(id: string, colors: readonly string[]): string {
  const stops = colors.map((color, i) => `<stop offset="${n(i / (colors.length - 1))}" stop-color="${color}"/>`);
  return `<linearGradient id="${id}" x2="0" y2="1">${stops.join('')}</linearGradient>`;
}

function halo(id: string, color: string): string {
  const stops = [0.6, 0.2, 0].map(
    (opacity, i) => `<stop offset="${i / 2}" stop-color="${color}" stop-opacity="${opacity}"/>`,
  );
  return `<radialGradient id="${id}">${stops.join('')}</radialGradient>`;
}

function rect(x: number, y: number, wide: number, high: number, fill: string): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(wide)}" height="${n(high)}" fill="${fill}"/>`;
}

function disc(x: number, y: number, radius: number, fill: string, opacity = 1): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${fill}"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
}

function polygon(points: readonly number[], fill: string, opacity = 1): string {
  return `<polygon points="${points.map(n).join(' ')}" fill="${fill}"${opacity < 1 ? ` opacity="${n(opacity)}"` : ''}/>`;
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}
