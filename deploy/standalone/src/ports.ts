import { createServer } from 'node:net';

/** A TCP port of `host` that nothing listened on a moment ago. Another program can still take it first: be ready to ask again. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const port = await tryPort(0, host);
  if (port === undefined) throw new Error(`No free TCP port on ${host}`);
  return port;
}

/** `wanted` when nothing listens on it, else any free port: a standard port that is taken is no obstacle. */
export async function portOrFree(wanted: number, host = '127.0.0.1'): Promise<number> {
  return (await tryPort(wanted, host)) ?? (await freePort(host));
}

function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      // EACCES: ports below 1024 for an ordinary user; as good as taken.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
