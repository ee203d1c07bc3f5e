import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A program that fetches by itself, as yt-dlp and ffmpeg do: reads addresses from its input, one to a line, asks the proxy of
 * its argument for each, as a tunnel or in absolute form, exactly as they were written, and prints the answers as JSON.
 */
const [proxy = '', form = ''] = process.argv.slice(2);
const { hostname, port, username, password } = new URL(proxy);
const login = `Proxy-Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

for await (const url of createInterface({ input: process.stdin })) {
  const answer = await ask(form === 'tunnel' ? `CONNECT ${authorityOf(url)}` : `GET ${url}`);
  process.stdout.write(`${JSON.stringify({ url, answer })}\n`);
}

function authorityOf(url: string): string {
  return /^[a-z]+:[/\\]*([^/\\?#]*)/i.exec(url)?.[1] ?? url;
}

async function ask(request: string): Promise<string> {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`${request} HTTP/1.1\r\nHost: child\r\n${login}\r\nConnection: close\r\n\r\n`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    // A tunnel stays open; what it leads to is not of interest.
    if (form === 'tunnel') socket.end();
  });
  await once(socket, 'close').catch((error: Error) => chunks.push(Buffer.from(error.message)));
  return Buffer.concat(chunks).toString();
}
