import { type Behaviour, literal, type Part, type Reply } from '../reply.ts';

const login = `<!doctype html>
<html><head><title>Sign in</title></head>
<body><form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>
`;

/** The first box of an MP4 (ISO 14496-12 section 4.3): enough for whoever looks at the first bytes only. */
const videoHead = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1');

/** 200 with a login page, as a portal or an expired session answers. */
export function loginPage(): Behaviour {
  return () => literal(200, 'text/html; charset=utf-8', login);
}

/** A login page that claims to be a video. */
export function loginPageAsVideo(): Behaviour {
  return ({ entity }) => literal(200, entity.type, login);
}

/** 200 with an error in JSON. */
export function jsonError(): Behaviour {
  return () =>
    literal(200, 'application/json', '{"error":{"code":"link_expired","message":"This link has expired."}}\n');
}

/** 200 with no bytes at all. */
export function emptyBody(): Behaviour {
  return ({ entity }) => literal(200, entity.type, '');
}

/** A video's first box, `filler` bytes of the file, and then an HTML error page: the length is true, the content isn't. */
export function videoHeadThenPage(filler = 4_096): Behaviour {
  return ({ entity }): Reply => {
    const [head, page] = [videoHead, Buffer.from(login)];
    const middle = Math.min(filler, entity.size);
    const body: Part[] = [
      { kind: 'literal', data: head },
      { kind: 'seeded', seed: entity.seed, from: 0, to: middle },
      { kind: 'literal', data: page },
    ];
    const length = String(head.length + middle + page.length);
    const headers = [
      ['Content-Type', entity.type],
      ['Content-Length', length],
    ] as const;
    return { status: 200, headers, body, ending: 'keep' };
  };
}
