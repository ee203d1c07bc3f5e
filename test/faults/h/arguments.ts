import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startHlsRig } from '../../../services/downloader/src/hls/rig.fixture.ts';
import { findProgram } from '../../../services/downloader/src/search-path.ts';
import { startYtdlpRig } from '../../../services/downloader/src/ytdlp/stub.fixture.ts';
import type { FaultCase } from '../case.ts';

const run = promisify(execFile);
const SEARCH_PATH = process.env['PATH'] ?? '';
const GUARDED_FFMPEG = fileURLToPath(new URL('../../../services/downloader/src/ytdlp/bin/ffmpeg', import.meta.url));

/** A live playlist is asked for again and again; no file is read by then. */
const HLS_MS = 5_000;
const YTDLP_MS = 20_000;

/** Where the address of a video is expected. */
const HOSTILE = [
  '--exec=touch ran',
  '--batch-file=/etc/passwd',
  '-a/etc/passwd',
  '--config-locations',
  '--config-locations=/etc',
];
const ADDRESSES = [
  ...HOSTILE,
  ...HOSTILE.flatMap((text) => [
    `http://127.0.0.1/\n${text}`,
    `http://127.0.0.1/\r${text}`,
    ` ${text}`,
    `http:${text}`,
  ]),
  ...HOSTILE.flatMap((text) => [
    `http://127.0.0.1/${encodeURIComponent(text)}`,
    `http://127.0.0.1/?${text.replaceAll(' ', '+')}`,
  ]),
  ...[
    'file:///etc/passwd',
    'concat:http://127.0.0.1/a|file:///etc/passwd',
    'subfile,,start,0,end,9,,:/etc/passwd',
    '-',
    '/etc/passwd',
  ],
  'http://127.0.0.1/#__youtubedl_smuggle=%7B%22http_headers%22%3A%7B%22Ytdl-request-proxy%22%3A%22http://10.0.0.1%22%7D%7D',
];

/** H06 */
export const hostileArguments: FaultCase = {
  id: 'H06',
  title: 'addresses that want to be options; playlists that lead to files',
  async run() {
    const addresses = await playAddresses();
    await using bait = await openBait();
    const engines = [await playHls(bait), await playFfmpeg(bait), await playYtdlp(bait)];
    const broken = [...addresses.broken, ...engines.flatMap((one) => one.broken)];
    if (bait.leaked()) broken.push('I11: the content of a file came to the origin');
    const figures = { ...addresses.figures, ...Object.assign({}, ...engines.map((one) => one.figures)) };
    return { held: broken.length === 0, figures, broken };
  },
};

interface Part {
  figures: Record<string, number | string>;
  broken: string[];
}

/** A program in the place of yt-dlp tells what it was started with. */
async function playAddresses(): Promise<Part> {
  await using rig = await startYtdlpRig();
  const broken: string[] = [];
  let refused = 0;
  for (const address of ADDRESSES) {
    await rig.stub(`save('media.mp4')`);
    await rig
      .fetch(address, { headers: { Referer: '--exec=id', 'User-Agent': 'a\n--exec=id' } })
      .catch(() => undefined);
    const started = await rig.started();
    if (!started) refused += 1;
    else if (!isLast(started.args, address))
      broken.push(`I9: ${JSON.stringify(address)} became ${started.args.join(' ')}`);
  }
  if (refused === ADDRESSES.length) broken.push('Every address was refused: it proves nothing');
  return { figures: { addresses: ADDRESSES.length, never_started: refused }, broken };
}

/** Whether the address is the one word behind the end of the options. */
function isLast(args: string[], address: string): boolean {
  const end = args.indexOf('--');
  const words = args.slice(0, end);
  const isOption = words.some((word) => /^(--exec|--batch-file|-a|--config-locations)(=|$)/.test(word));
  return end === args.length - 2 && args[end + 1] === new URL(address).href && !isOption && !words.includes(address);
}

interface Bait extends AsyncDisposable {
  /** A file with a secret in it. */
  path: string;
  holds(data: Buffer): boolean;
  /** Playlists by their names. */
  playlists: Record<string, string>;
  url(name: string): string;
  leaked(): boolean;
}

/** An origin whose playlists lead to a file, and which knows that file's content when it sees it. */
async function openBait(): Promise<Bait> {
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-bait-'));
  const path = join(folder, 'secret.ts');
  const secret = randomBytes(16).toString('hex');
  await writeFile(path, `${secret}\n`.repeat(100));
  const playlists = playlistsTo(path);
  let leaked = false;
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [Buffer.from(`${request.url}\n${JSON.stringify(request.headers)}`)];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    leaked ||= Buffer.concat(chunks).includes(secret);
    const text = playlists[(request.url ?? '').slice(1)];
    response.writeHead(text ? 200 : 404, { 'content-type': 'application/vnd.apple.mpegurl' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ path, playlists },
    holds: (data) => data.includes(secret),
    url: (name) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    leaked: () => leaked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const addressesOf = (path: string) => ({
  file: `file://${path}`,
  plain: path,
  concat: `concat:${path}|${path}`,
  concat_file: `concat:file://${path}`,
  subfile: `subfile,,start,0,end,100,,:${path}`,
  crypto: `crypto:${path}`,
});

function playlistsTo(path: string): Record<string, string> {
  const head = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n';
  const playlists: Record<string, string> = {};
  for (const [name, to] of Object.entries(addressesOf(path))) {
    const segment = `#EXTINF:2,\n${to}\n`;
    playlists[`${name}.m3u8`] = `${head}${segment}#EXT-X-ENDLIST\n`;
    playlists[`${name}-live.m3u8`] = `${head}${segment}`;
    playlists[`${name}-master.m3u8`] = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=64x48\n${to}\n`;
    playlists[`${name}-key.m3u8`] = `${head}#EXT-X-KEY:METHOD=AES-128,URI="${to}"\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n`;
    playlists[`${name}-map.m3u8`] = `${head}#EXT-X-MAP:URI="${to}"\n${segment}#EXT-X-ENDLIST\n`;
  }
  return playlists;
}

/** Our own engine for such playlists. */
async function playHls(bait: Bait): Promise<Part> {
  const broken: string[] = [];
  const play = async ([name, text]: [string, string]) => {
    await using rig = await startHlsRig();
    rig.origin.lies.set(name, text);
    const fetching = rig.fetch(name, { settings: { live: 'follow' } }, AbortSignal.timeout(HLS_MS));
    if ((await succeeds(fetching)) || bait.holds(await rig.bytes()))
      broken.push(`I11: ${name} was fetched by the hls engine`);
  };
  await Promise.all(Object.entries(bait.playlists).map(play));
  return { figures: { playlists: Object.keys(bait.playlists).length }, broken };
}

const succeeds = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  );

/** What yt-dlp gets to see as ffmpeg, told to read the file by itself and by playlists. */
async function playFfmpeg(bait: Bait): Promise<Part> {
  const ffmpeg = findProgram('ffmpeg', SEARCH_PATH);
  if (!ffmpeg) return { figures: { ffmpeg: 'not installed' }, broken: [] };
  const folder = await mkdtemp(join(tmpdir(), 'aniworld-bait-'));
  const inputs = [
    ...Object.values(addressesOf(bait.path)),
    ...Object.keys(bait.playlists).map(bait.url),
    ...['file:media.m3u8', 'file:media.txt', 'file:./../media.mp4', 'media.mp4', 'pipe:0', 'data:a', 'lavfi', '-'],
  ];
  await writeFile(join(folder, 'media.m3u8'), bait.playlists['file.m3u8']!);
  await writeFile(join(folder, 'media.txt'), `ffconcat version 1.0\nfile ${bait.path}\n`);
  const broken: string[] = [];
  for (const input of inputs) {
    const output = join(folder, 'out.ts');
    const args = ['-y', '-v', 'quiet', '-i', input, '-f', 'data', '-map', '0', '-c', 'copy', output];
    const isRead = await succeeds(run(GUARDED_FFMPEG, args, { cwd: folder, env: { FFMPEG: ffmpeg }, timeout: 3_000 }));
    const data = await readFile(output).catch(() => Buffer.alloc(0));
    if (isRead || bait.holds(data)) broken.push(`I11: ffmpeg read ${input}`);
    await rm(output, { force: true });
  }
  await rm(folder, { recursive: true });
  return { figures: { ffmpeg_inputs: inputs.length }, broken };
}

/** The real program, where there is one. */
async function playYtdlp(bait: Bait): Promise<Part> {
  const path = findProgram('yt-dlp', SEARCH_PATH);
  if (!path) return { figures: { ytdlp: 'not installed' }, broken: [] };
  const broken: string[] = [];
  const names = Object.keys(bait.playlists);
  const play = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await using rig = await startYtdlpRig(path);
      const changes = { searchPath: SEARCH_PATH, settings: { live: 'follow' } } as const;
      const isFetched = await succeeds(rig.fetch(bait.url(name), changes, AbortSignal.timeout(YTDLP_MS)));
      if (isFetched || (await holdsAny(rig.scratch, bait))) broken.push(`I11: ${name} was fetched by yt-dlp`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, play));
  return { figures: { ytdlp: 'real' }, broken };
}

async function holdsAny(folder: string, bait: Bait): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const held = await Promise.all(files.map(async (file) => bait.holds(await readFile(file))));
  return held.includes(true);
}
