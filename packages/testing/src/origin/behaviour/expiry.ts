import { type Behaviour, literal } from '../reply.ts';

/**
 * A signed link that expires: after `bytes` body bytes over all its replies together every running one is cut and each new
 * request gets `status`. `origin.renew(name)` gives a link that is good for as many bytes again, while the old one stays expired.
 * Each call counts for itself, so one result mustn't be given to two files.
 */
export function expiresAfter(bytes: number, status: 401 | 403 | 410 = 403): Behaviour {
  const budgets = new Map<string, { left: number }>();
  return ({ request }, next) => {
    const signature = request.query.get('sig') ?? '';
    const budget = budgets.get(signature) ?? { left: bytes };
    budgets.set(signature, budget);
    if (budget.left <= 0) return literal(status, 'text/plain', 'Request has expired\n');
    return { ...next(), budget };
  };
}
