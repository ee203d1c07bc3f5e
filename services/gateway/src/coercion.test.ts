import { rpc } from '@aniworld/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coercions } from './coercion.ts';

const Colour = z.enum(['red', 'green']).meta({ id: 'CoercionTestColour' });
const op = rpc('test.coerce', {
  summary: 'One field of each kind',
  request: z.object({
    text: z.string(),
    id: z.uuid().optional(),
    whole: z.int().min(0).default(3),
    real: z.number().nullable(),
    flag: z.boolean().optional(),
    colour: Colour,
    numbers: z.array(z.int()).optional(),
    colours: z.array(Colour),
    mixed: z.union([z.int(), z.boolean()]),
    either: z.union([z.string(), z.int()]),
  }),
  reply: z.object({}),
});
const fields = coercions(op);
const coerce = (name: string, ...values: string[]) => fields.get(name)?.apply(values);

describe('coercions', () => {
  it('knows every field of the request and no other', () => {
    expect([...fields.keys()]).toEqual(Object.keys(op.request.shape));
    expect(fields.get('__proto__')).toBeUndefined();
  });

  it('knows the fields of a request that has a name of its own', () => {
    const request = z.object({ whole: z.int() }).meta({ id: 'CoercionTestRequest' });
    const named = coercions(rpc('test.named', { summary: 'Named', request, reply: z.object({}) }));
    expect(named.get('whole')?.apply(['12'])).toBe(12);
  });

  it('makes numbers and booleans where the schema asks for them', () => {
    expect(coerce('whole', '12')).toBe(12);
    expect(coerce('real', '-1.5e3')).toBe(-1_500);
    expect(coerce('flag', 'true')).toBe(true);
    expect(coerce('flag', '0')).toBe(false);
    expect([coerce('mixed', '7'), coerce('mixed', 'false')]).toEqual([7, false]);
  });

  it('leaves text as it is, also when it looks like a number', () => {
    expect(coerce('text', '12')).toBe('12');
    expect(coerce('text', '')).toBe('');
    expect(coerce('colour', 'true')).toBe('true');
    expect(coerce('either', '12')).toBe('12');
  });

  it('makes a list of one value or of many', () => {
    expect(coerce('numbers', '1')).toEqual([1]);
    expect(coerce('numbers', '1', '2')).toEqual([1, 2]);
    expect(coerce('colours', 'red', 'green')).toEqual(['red', 'green']);
    expect([fields.get('numbers')?.many, fields.get('whole')?.many]).toEqual([true, false]);
  });

  it.each(['', ' ', 'abc', '0x10', '1_000', 'Infinity', 'NaN', '1e', '--1', '٣'])(
    'leaves %j for the schema to refuse',
    (text) => expect([coerce('whole', text), coerce('real', text)]).toEqual([text, text]),
  );
});
