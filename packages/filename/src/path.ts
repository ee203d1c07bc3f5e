/** A path below (or with) its folders, taken apart. */
export interface NamePath {
  /** From the outermost to the innermost; only the last few, because no other one can matter. */
  folders: string[];
  stem: string;
}

/** Names on disk have 255 bytes at most; longer ones come from somewhere else and could only cost time. */
const MOST_CHARACTERS = 500;
const MOST_FOLDERS = 4;
const LONGEST_PATH = 4_096;

/**
 * Takes a path apart. Titles of releases hold slashes too: one with spaces around it, or within brackets that close
 * later, is no separator.
 */
export function splitPath(path: string): NamePath {
  const parts = splitParts(path.slice(-LONGEST_PATH));
  const name = parts.pop() ?? '';
  const folders = parts.filter((part) => part !== '' && !/^[A-Za-z]:$/.test(part)).slice(-MOST_FOLDERS);
  return { folders: folders.map(plainWidth), stem: plainWidth(name).replace(EXTENSION, '') };
}

const VIDEO = 'mkv|mk3d|mp4|m4v|avi|divx|ogm|ogv|rmvb|rm|wmv|asf|mov|ts|m2ts|mts|mpe?g|vob|flv|webm|3gp|iso|strm';
const SUBTITLE = 'ass|ssa|srt|sub|idx|sup|vtt|mka';
const BESIDE = 'nfo|jpe?g|png|torrent|part';
/** What players look for between the name of a film and the end of its subtitles': `.en.forced.srt`, `.pt-BR.ass`. */
const SPOKEN =
  'en|eng|ja|jp|jpn|de|ger|deu|fre?|fra|es|spa|ita?|pt|por|br|rus?|zh|chi|zho|kor?|ar|ara|pol?|pl|nld?|dut|sv|swe|tr|tur|vie?|tha?|ind?|cze?|cs|hun?|ro|rum|fin?|da|dan|nor?|uk|ukr|und|ch[st]|[st]c|jp[st]c|gb|big5|forced|sdh|cc|hi|default|full|signs|songs';
const PACKED = '(?:patch\\.)?(?:7z|zip|rar)';
/** Only what is known: the end of `Show.S01E01.1080p` is none. */
const EXTENSION = new RegExp(
  `\\.(?:${VIDEO}|${BESIDE}|${PACKED}|(?:(?:${SPOKEN})(?:-[a-z]{2,4})?\\.){0,3}(?:${SUBTITLE}))$`,
  'i',
);

function splitParts(path: string): string[] {
  const closing = closingAfter(path);
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < path.length; at++) {
    const sign = path[at]!;
    if ('([{'.includes(sign) && closing.has(at)) depth += 1;
    else if (')]}'.includes(sign) && depth > 0) depth -= 1;
    if (sign !== '\\' && sign !== '/') continue;
    if (depth > 0 || (sign === '/' && path[at - 1] === ' ' && path[at + 1] === ' ')) continue;
    parts.push(path.slice(start, at));
    start = at + 1;
  }
  return [...parts, path.slice(start)];
}

/** Where brackets open that are closed again; one that is not says nothing about the slashes after it. */
function closingAfter(path: string): Set<number> {
  const open: number[] = [];
  const closed = new Set<number>();
  for (let at = 0; at < path.length; at++) {
    if ('([{'.includes(path[at]!)) open.push(at);
    else if (')]}'.includes(path[at]!) && open.length > 0) closed.add(open.pop()!);
  }
  return closed;
}

/** Full-width letters, digits and signs in their usual width; every character stays where it is. */
function plainWidth(part: string): string {
  return part
    .slice(0, MOST_CHARACTERS)
    .normalize('NFC')
    .replaceAll(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
