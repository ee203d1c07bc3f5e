import { type Behaviour, literal, withHeaders } from '../reply.ts';
import { onRanges } from './when.ts';

/**
 * A 416 and what comes with it. `total` is the size that `Content-Range: bytes * /size` names: `true` to tell the truth, a number
 * to be that many bytes off, `none` for no such header. `page` is an HTML body in place of none.
 */
export type Unsatisfiable = { total?: 'true' | 'none' | number; page?: boolean };

const page = '<!doctype html><title>416</title><h1>Requested range not satisfiable</h1>\n';

/** Refuses every range, also those that lie within the file. */
export function unsatisfiable({ total = 'true', page: withPage = false }: Unsatisfiable = {}): Behaviour {
  return onRanges(({ entity }) => {
    const size = entity.size + (typeof total === 'number' ? total : 0);
    const body = withPage ? literal(416, 'text/html', page) : literal(416, 'text/plain', '');
    return withHeaders(body, { 'Content-Range': total === 'none' ? undefined : `bytes */${size}` });
  });
}
