import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that may be asked, and that sends everybody inside: by redirects and by the enclosures of its feed. */
export interface Lure extends AsyncDisposable {
  /** `address:port` */
  host: string;
  /** Its paths that were asked for. */
  asked: string[];
  /** An address of it that redirects to a URL. */
  redirectTo(url: string): string;
  /** A feed with an episode for each URL. @returns its address */
  feedOf(urls: readonly string[]): string;
}

const STATUSES = [301, 302, 303, 307, 308];
/** Something that begins like a video. */
const VIDEO = Buffer.concat([Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0', 'latin1'), Buffer.alloc(4_096)]);

export async function startLure(): Promise<Lure> {
  const asked: string[] = [];
  const targets: string[] = [];
  const feeds: (readonly string[])[] = [];
  const answer = (path: string, response: ServerResponse) => {
    const [, kind, index] = /^\/(to|feed)\/(\d+)$/.exec(path) ?? [];
    const feed = kind === 'feed' ? feeds[Number(index)] : undefined;
    const target = kind === 'to' ? targets[Number(index)] : undefined;
    if (feed) return response.setHeader('content-type', 'application/rss+xml').end(feedText(feed));
    if (target === undefined) return response.setHeader('content-type', 'video/mp4').end(VIDEO);
    // As bytes: a location may hold any, and Node would not write them.
    const location = Buffer.from(target).toString('latin1').replaceAll('\t', '%09');
    return response.writeHead(STATUSES[Number(index) % STATUSES.length] ?? 302, { location }).end();
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request.url ?? '', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    asked,
    redirectTo: (url) => `http://${host}/to/${targets.push(url) - 1}`,
    feedOf: (urls) => `http://${host}/feed/${feeds.push(urls) - 1}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function feedText(urls: readonly string[]): string {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const items = urls.map(
    (url, index) =>
      `<item><guid>${index}</guid><title>Episode ${index + 1}</title>` +
      `<enclosure url="${escape(url)}" type="video/mp4" length="1"/></item>`,
  );
  return `<rss version="2.0"><channel><title>Lure</title>${items.join('')}</channel></rss>`;
}
