import { type CutFraming, cutsAfter, firstRequests, type OriginFile } from '@aniworld/testing';
import type { FaultCase } from '../case.ts';
import { cutOverTls } from './cut-tls.ts';
import type { Lie } from './lie.ts';
import { playLies } from './play.ts';

/** The connection ends at a random byte; what each reply gives is enough to come to the end in a few of them. */
const somewhere = (random: () => number, { size }: OriginFile) => Math.floor(size * (0.3 + 0.6 * random()));

const cut = (name: string, framing: CutFraming, ending: 'close' | 'reset' = 'close'): Lie => ({
  name,
  expected: 'whole',
  behave: (random, file) => cutsAfter(somewhere(random, file), framing, ending),
});

const lies: Lie[] = [
  cut('cut before its length', 'content_length'),
  cut('reset before its length', 'content_length', 'reset'),
  cut('cut without its last chunk', 'chunked'),
  cut('cut, its end being the connection’s', 'until_close'),
  {
    name: 'cut once, its end being the connection’s',
    expected: 'whole',
    behave: (random, file) => firstRequests(1, cutsAfter(somewhere(random, file), 'until_close')),
  },
];

/** E01 */
export const cutBodies: FaultCase = {
  id: 'E01',
  title: 'bodies that are cut at a random byte: by length, in chunks, without either, over TLS without a farewell',
  async run(context) {
    const plain = await playLies(context, lies);
    const tls = await cutOverTls(context);
    const broken = [...plain.broken, ...tls.broken];
    return { held: broken.length === 0, figures: { ...plain.figures, ...tls.figures }, broken };
  },
};
