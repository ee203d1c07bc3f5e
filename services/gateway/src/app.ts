import type { Bus, Checks, Log, Verifier } from '@aniworld/chassis';
import { fail } from '@aniworld/contracts';
import compression from 'compression';
import express, { type Express, type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { apiRouter } from './api.ts';
import { refuseCrossSite } from './cross-site.ts';
import { docsRouter } from './docs.ts';
import { passports } from './passport.ts';
import { problemHandler } from './problem.ts';
import { shelfProxy } from './proxy.ts';
import { readinessRouter } from './readiness.ts';
import type { Config } from './service.ts';
import { webFilesRouter } from './web-files.ts';

export interface AppDeps {
  config: Config;
  version: string;
  bus: Bus;
  verifier: Verifier;
  checks: Checks;
  notifier: RequestHandler;
  log: Log;
}

/** The whole site in the order in which a request passes it. */
export function createApp(deps: AppDeps): Express {
  const { config, log } = deps;
  const app = express();
  // Answers are never to be stored, so a tag to compare them by would be work for nothing.
  app.disable('etag').disable('x-powered-by');
  if (config.TRUST_PROXY !== undefined) app.set('trust proxy', config.TRUST_PROXY);
  app.use(passports(log), securityHeaders());
  app.use(config.BASE_PATH || '/', siteRouter(deps));
  app.use(() => {
    throw fail('ROUTE_NOT_FOUND');
  });
  app.use(problemHandler());
  return app;
}

function siteRouter({ config, version, bus, verifier, checks, notifier }: AppDeps): Router {
  const site = Router();
  // Ahead of the compression: what is passed on stays as it came.
  site.use(notifier);
  if (config.SHELF_URL) site.use('/shelf', shelfProxy(config.SHELF_URL));
  site.use(compression());
  site.use(readinessRouter(bus, checks));
  site.use('/api', docsRouter(version, `${config.BASE_PATH}/api`));
  site.use(['/api/v1', '/api'], noStore, refuseCrossSite(), apiRouter({ bus, verifier }));
  site.use(webFilesRouter(config.WEB_DIR, config.BASE_PATH));
  return site;
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

function securityHeaders(): RequestHandler {
  const self = "'self'";
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [self],
        // The component library sets styles on elements.
        styleSrc: [self, "'unsafe-inline'"],
        // Posters come from wherever a feed says.
        imgSrc: [self, 'data:', 'https:', 'http:'],
        objectSrc: ["'none'"],
        baseUri: [self],
        formAction: [self],
        frameAncestors: ["'none'"],
      },
    },
    // Whether a name is to be reached over HTTPS only is for the reverse proxy that has the certificate to say.
    strictTransportSecurity: false,
    // Browsers ignore it over plain HTTP, as in a home network, and complain about it.
    crossOriginOpenerPolicy: false,
  });
}
