import { fail } from '@aniworld/contracts';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The build names these after their content: a changed file has another name. */
const HASHED = /\/assets\//;
const ONE_YEAR = 'public, max-age=31536000, immutable';

/**
 * The web UI's files. Addresses that the browser asks for as a page, and that are no file, get `index.html`, whose own router
 * knows them; the page is told the base path.
 */
export function webFilesRouter(dir: string, basePath: string): Router {
  const router = Router();
  const page = pageHandler(join(dir, 'index.html'), basePath);
  router.get(['/', '/index.html'], page);
  router.use(express.static(dir, { index: false, redirect: false, setHeaders }));
  router.get('/{*path}', (request, response, next) => (wantsPage(request) ? page(request, response, next) : next()));
  return router;
}

function setHeaders(response: Response, path: string) {
  response.set('Cache-Control', HASHED.test(path) ? ONE_YEAR : 'no-cache');
}

/** A browser that navigates asks for HTML; a missing script or picture must not be answered with a page. */
function wantsPage(request: Request): boolean {
  return (request.get('accept') ?? '').includes('text/html') && !/\.\w+$/.test(request.path);
}

function pageHandler(file: string, basePath: string): RequestHandler {
  return async (request, response) => {
    const html = await readFile(file, 'utf8').catch(() => undefined);
    if (html === undefined) return answerUnbuilt(request, response, basePath);
    const page = html.replace(/<base href="[^"]*"/, `<base href="${basePath}/"`);
    response.set('Cache-Control', 'no-cache').type('html').send(page);
  };
}

function answerUnbuilt(request: Request, response: Response, basePath: string) {
  if (!wantsPage(request)) {
    throw fail('ROUTE_NOT_FOUND', {
      detail: 'The web UI is not built. Build it with "npm start"; the API is at /api.',
    });
  }
  response
    .status(404)
    .type('html')
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>AniWorld</title>
<h1>The web UI is not built</h1>
<p>The server runs, but has no pages. <code>npm start</code> builds them; in a checkout,
<code>pnpm --filter @aniworld/web build</code> does. WEB_DIR may name another folder.</p>
<p>The API works: <a href="${basePath}/api/docs/">reference</a>.</p>
</html>
`);
}
