import { asyncApiDocument } from '@aniworld/contracts/asyncapi';
import { openApiDocument } from '@aniworld/contracts/openapi';
import express, { Router } from 'express';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../docs', import.meta.url));
const swagger = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')));
/** What the page loads; the rest of the package (source maps, other bundles) stays where it is. */
const SWAGGER_FILES = /^\/(swagger-ui\.css|swagger-ui-bundle\.js|favicon-32x32\.png)$/;

/**
 * `/openapi.json` and `/asyncapi.json`, and `/docs` and `/docs/events` with the references that read them. All of it is served from here, so the strict policy holds.
 */
export function docsRouter(version: string, mount: string): Router {
  const router = Router();
  let document: object | undefined;
  let events: object | undefined;
  router.get('/openapi.json', (_request, response) => {
    document ??= openApiDocument(version, `${mount}/v1`);
    response.json(document);
  });
  router.get('/asyncapi.json', (_request, response) => {
    events ??= asyncApiDocument(version);
    response.json(events);
  });
  router.use('/docs', express.static(own));
  const files = express.static(swagger, { index: false, redirect: false, maxAge: '1h' });
  router.use('/docs', (request, response, next) =>
    SWAGGER_FILES.test(request.path) ? files(request, response, next) : next(),
  );
  return router;
}
