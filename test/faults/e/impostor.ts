import {
  type Behaviour,
  emptyBody,
  jsonError,
  loginPage,
  loginPageAsVideo,
  videoHeadThenPage,
} from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

const kinds: Record<string, (random: () => number) => Behaviour> = {
  'a login page': () => loginPage(),
  'a login page that says it is a video': () => loginPageAsVideo(),
  'an error in JSON': () => jsonError(),
  'no bytes': () => emptyBody(),
  'a video’s first bytes and then a page': (random) => videoHeadThenPage(Math.floor(random() * 100_000)),
};

const lies = Object.entries(kinds).map(
  ([name, kind]): Lie => ({ name, expected: 'refused', causes: ['bad_content'], behave: kind }),
);

/** E07 */
export const impostors: FaultCase = {
  id: 'E07',
  title: 'what is no video',
  run: (context) => playLies(context, lies),
};
