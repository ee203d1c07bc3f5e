import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '@aniworld/standalone/ports';
import { makeCertificate } from '@aniworld/testing';

/** An nginx of the bench's own that serves one folder. */
export interface Nginx extends AsyncDisposable {
  /** With a slash at the end. */
  url: string;
  /** The same folder over TLS 1.3. */
  tlsUrl: string;
  /** PEM file of the authority that vouches for it. */
  ca: string;
}

/** Where Debian keeps servers: not on everybody's PATH. */
const NGINX = '/usr/sbin/nginx';

/** @param folder where it keeps its configuration and `files`, the folder that it serves */
export async function startNginx(folder: string): Promise<Nginx> {
  const files = join(folder, 'files');
  await mkdir(files, { recursive: true });
  const { cert, key, ca } = makeCertificate('127.0.0.1', 'localhost');
  const pem = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const paths = { cert: await pem('cert.pem', cert), key: await pem('key.pem', key), ca: await pem('ca.pem', ca) };
  const [port, tlsPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const config = await pem('nginx.conf', configOf({ folder, files, port, tlsPort, ...paths }));
  // Started as root, nginx reads the files as another user.
  await Promise.all([chmod(folder, 0o755), chmod(files, 0o755)]);
  const child = spawn(NGINX, ['-p', folder, '-c', config, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  await reachable(port, ended);
  return {
    url: `http://127.0.0.1:${port}/`,
    tlsUrl: `https://127.0.0.1:${tlsPort}/`,
    ca: paths.ca,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

interface Values {
  folder: string;
  files: string;
  port: number;
  tlsPort: number;
  cert: string;
  key: string;
}

/** The distribution's defaults where they matter to the speed: sendfile, tcp_nopush, one worker a core. */
const configOf = ({ folder, files, port, tlsPort, cert, key }: Values) => `
daemon off;
worker_processes auto;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  sendfile on;
  tcp_nopush on;
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_protocols TLSv1.3;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    root ${files};
  }
}
`;

async function reachable(port: number, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const [event] = await Promise.race([
      once(socket, 'connect').then(() => ['connect']),
      once(socket, 'close').then(() => ['close']),
    ]).catch(() => ['error']);
    socket.destroy();
    if (event === 'connect') return;
    if (over) throw new Error('nginx did not start; it says why above');
    await new Promise(setImmediate);
  }
}
