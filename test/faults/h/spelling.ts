/** Private addresses of each kind, and what clouds give credentials at. The first five are listened on where that is possible. */
export const INSIDE = ['127.0.0.1', '127.255.0.7', '169.254.169.254', '10.213.77.1', '0.0.0.0', '192.168.0.1'];
const INSIDE_V6 = [
  '::1',
  '0:0:0:0:0:0:0:1',
  '::',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '100::1',
  '2001:db8::1',
];
const NAMES = ['localhost', 'LOCALHOST', 'localhost.', 'ｌｏｃａｌｈｏｓｔ', 'a.localhost', 'localhost.localdomain'];

/**
 * More than 120 addresses that all lead inside, in every way of writing that somebody reads as an address. As text: a parser
 * may make the same of several of them, and each parser on the way has to be right.
 */
export function urlsInside(port: number): string[] {
  const hosts = [...INSIDE.flatMap(spellings), ...INSIDE_V6.map((address) => `[${address}]`), ...NAMES];
  const plain = hosts.map((host) => `http://${host}:${port}/`);
  const first = INSIDE[0];
  const disguised = [
    `https://${first}:${port}/`,
    `http://example.org@${first}:${port}/`,
    `http://example.org:80@${first}:${port}/`,
    `http://example.org%2f@${first}:${port}/`,
    `http://${first}:${port}\\@example.org/`,
    `http://${first}:${port}#@example.org/`,
    `http://${first}:${port}?@example.org/`,
    `http:\\\\${first}:${port}/`,
    `HTTP://${first}:${port}/`,
    `http://${first}:0${port}/`,
    `http://[::1]:${port}@${first}:${port}/`,
    `http://\t${first}:${port}/`,
  ];
  return [...plain, ...disguised];
}

/** The ways of writing an IPv4 address that are read by URL parsers, `inet_aton` or those who look only for dots. */
function spellings(address: string): string[] {
  const bytes = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const [high, low] = [hex(a * 256 + b, 4), hex(c * 256 + d, 4)];
  const octal = (byte: number, digits: number) => `0${byte.toString(8).padStart(digits, '0')}`;
  return [
    address,
    `${address}.`,
    String(number),
    `0x${hex(number, 8)}`,
    `0X${hex(number, 8).toUpperCase()}`,
    `0${number.toString(8)}`,
    bytes.map((byte) => octal(byte, 3)).join('.'),
    bytes.map((byte) => octal(byte, 9)).join('.'),
    bytes.map((byte) => `0x${hex(byte, 2)}`).join('.'),
    `${a}.0x${hex(b, 2)}.${octal(c, 1)}.${d}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    address.replaceAll('.', '\u3002'),
    address.replace(/\d/g, (digit) => `%3${digit}`),
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[::${address}]`,
    `[::ffff:0:${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${address}]`,
    `[2002:${high}:${low}::1]`,
    `[2001:0:${high}:${low}::1]`,
  ];
}
