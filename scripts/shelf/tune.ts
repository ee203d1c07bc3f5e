import { chance } from './chance.ts';

export const sampleRate = 44_100;

/** Two pentatonic scales in hertz, so that any two notes sound well together: the canal's and the night sky's. */
const scales = [
  [261.63, 293.66, 329.63, 392.0, 440.0, 523.25, 587.33],
  [220.0, 261.63, 293.66, 329.63, 392.0, 440.0, 523.25],
] as const;

/**
 * A quiet music-box tune over a low chord: `seconds` of mono, signed 16 bits, little-endian, fading in and out.
 * The same word gives the same tune.
 */
export function tune(word: string, seconds: number, mood: 0 | 1): Buffer {
  const random = chance(`tune ${word}`);
  const scale = scales[mood];
  const sound = new Float64Array(Math.round(seconds * sampleRate));
  addChord(sound, [(scale[0] ?? 220) / 2, (scale[3] ?? 330) / 2]);
  const beat = mood === 0 ? 0.42 : 0.5;
  for (let start = 0.4, step = 3; start < seconds - 2; start += beat) {
    if (random() < 0.3) continue;
    step = Math.min(scale.length - 1, Math.max(0, step + Math.round((random() - 0.5) * 4)));
    addNote(sound, start, scale[step] ?? 440, 0.1 + random() * 0.05);
  }
  return toPcm(sound);
}

function addNote(sound: Float64Array, start: number, pitch: number, loudness: number): void {
  const from = Math.round(start * sampleRate);
  const until = Math.min(sound.length, from + Math.round(1.8 * sampleRate));
  for (let i = from; i < until; i += 1) {
    const age = (i - from) / sampleRate;
    const envelope = Math.min(1, age / 0.006) * Math.exp(-age * 2.8) * loudness;
    const phase = 2 * Math.PI * pitch * age;
    sound[i] = (sound[i] ?? 0) + envelope * (Math.sin(phase) + 0.25 * Math.exp(-age * 6) * Math.sin(phase * 3));
  }
}

function addChord(sound: Float64Array, pitches: readonly number[]): void {
  for (let i = 0; i < sound.length; i += 1) {
    const time = i / sampleRate;
    const swell = 0.03 * (1 + 0.4 * Math.sin(time * 0.9));
    for (const pitch of pitches) sound[i] = (sound[i] ?? 0) + swell * Math.sin(2 * Math.PI * pitch * time);
  }
}

function toPcm(sound: Float64Array): Buffer {
  const pcm = Buffer.alloc(sound.length * 2);
  const fade = 1.5 * sampleRate;
  sound.forEach((value, i) => {
    const edge = Math.min(1, i / fade, (sound.length - 1 - i) / fade);
    pcm.writeInt16LE(Math.round(Math.max(-1, Math.min(1, value * edge * 2)) * 32_000), i * 2);
  });
  return pcm;
}
