import { queue } from '@aniworld/contracts';
import { makeCertificate, seededSha256, startOrigin } from '@aniworld/testing';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { chunkedBody } from '@aniworld/testing';
import type { FaultContext, FaultOutcome } from '../case.ts';
import { Scene } from '../scene.ts';

const SIZE = 3 * 1024 * 1024;
const TIMES = 3;

/**
 * Bodies without a length over TLS, whose first connection is closed under TLS without its farewell (`close_notify`, RFC 8446
 * section 6.1): as an attacker in between could do it.
 */
export async function cutOverTls(context: FaultContext): Promise<Omit<FaultOutcome, 'held'>> {
  await using scene = await Scene.open(context);
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-ca-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const { cert, key, ca } = makeCertificate('127.0.0.1');
  await writeFile(join(folder, 'ca.pem'), ca);
  scene.rig.catalog.configure({}, { network: { ca_file: join(folder, 'ca.pem') } });
  await scene.workers.start(1, { leaseSeconds: 15, slots: 4 });
  const origin = opened.use(await startOrigin());
  const names = Array.from({ length: context.times ?? TIMES }, (_, i) => `tls-${i}`);
  const cuts = names.map(() => Math.floor(SIZE * (0.2 + 0.7 * context.random())));
  const server = createServer({ cert, key });
  // Connections are cut by the order in which they come; each file's first one is.
  server.on('secureConnection', (socket) => relay(socket, origin.port, cuts.shift()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const ids = names.map((name) => {
    origin.add({ name, seed: name, size: SIZE, behaviour: chunkedBody() });
    return scene.rig.catalog.add(() => ({ url: `https://127.0.0.1:${port}/${name}` }), name);
  });
  const { items } = await scene.rig.bus.call(queue.add, { series_id: scene.rig.catalog.seriesId, episode_ids: ids });
  const broken: string[] = [];
  for (const [i, item] of items.entries()) {
    const { sha256 } = await scene.ends(item.id);
    if (sha256 !== seededSha256(names[i]!, SIZE)) broken.push(`I3: ${names[i]} has other bytes`);
  }
  broken.push(...(await scene.check({ completed: names.length })));
  return { figures: { cut_over_tls: names.length }, broken };
}

/** Passes bytes on in both directions; after `most` to the client, the connection below TLS is closed. */
function relay(client: TLSSocket, port: number, most = Number.POSITIVE_INFINITY): void {
  const server = connect(port, '127.0.0.1');
  let sent = 0;
  const end = () => {
    server.destroy();
    client.destroy();
  };
  client.on('error', end).on('close', end).pipe(server);
  server.on('error', end).on('close', () => client.end());
  server.on('data', (data) => {
    sent += data.length;
    const more = client.write(data);
    // destroy() sends FIN and nothing of TLS.
    if (sent >= most) return end();
    if (!more) server.pause();
  });
  client.on('drain', () => server.resume());
}
