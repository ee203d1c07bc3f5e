import type { Verifier } from '@aniworld/chassis';
import { type Access, AppError, fail } from '@aniworld/contracts';
import type { Request, RequestHandler } from 'express';
import { passportOf } from './passport.ts';

/** Each level includes those before it. */
const LEVELS = ['read', 'write', 'admin'] as const;

/**
 * Lets a request pass when its bearer token (RFC 6750) is good for `access`, and notes the caller in its passport.
 * A public route takes anybody; a good token is still noted there, a bad one is as none.
 */
export function checkAccess(access: Access, verifier: Verifier): RequestHandler {
  return (request, response, next) => {
    const passport = passportOf(response);
    passport.caller = access === 'public' ? callerIfAny(request, verifier) : required(request, verifier);
    const { caller } = passport;
    if (access !== 'public' && caller && LEVELS.indexOf(caller.access) < LEVELS.indexOf(access))
      throw fail('FORBIDDEN');
    next();
  };
}

function required(request: Request, verifier: Verifier) {
  const token = tokenOf(request);
  if (!token) throw fail('UNAUTHENTICATED');
  return verifier.verify(token);
}

function callerIfAny(request: Request, verifier: Verifier) {
  const token = tokenOf(request);
  if (!token) return null;
  try {
    return verifier.verify(token);
  } catch (error) {
    // Without keys nobody can say whether it is good; "not logged in" would make a client throw a good token away.
    if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
    return null;
  }
}

const tokenOf = (request: Request) => /^Bearer +([\w.~+/=-]+) *$/i.exec(request.get('authorization') ?? '')?.[1];
