import type { Canvas } from './canvas.ts';

/** Which episode a scene is drawn for: its label like `S01E02`, its place among its show's episodes, its length. */
export type Moment = { label: string; place: number; seconds: number };

/** Paints the whole picture as it is `time` seconds into the clip. */
export type Frame = (canvas: Canvas, time: number) => void;
