import type { ItemState, QueueItem } from '@aniworld/contracts';
import { newerVersion } from './newer.ts';
import { allItems, type Pages } from './pages.ts';

export type ItemPages = Pages<QueueItem>;

/**
 * A list of items in one state after one item has changed. `null` means that the item belongs into the list but its place can't be
 * told, so that the list has to be read again.
 */
export function withItem(pages: ItemPages, state: ItemState, item: QueueItem): ItemPages | null {
  const known = allItems(pages).find((one) => one.id === item.id);
  if (known) {
    const newest = newerVersion(known, item);
    if (newest === known) return pages;
    return newest.state === state
      ? mapItems(pages, (one) => (one.id === item.id ? newest : one))
      : without(pages, [item.id]);
  }
  if (item.state !== state) return pages;
  if (state === 'pending') return null;
  return state === 'downloading' ? append(pages, item) : prepend(pages, item);
}

export function without(pages: ItemPages, ids: string[]): ItemPages {
  const gone = new Set(ids);
  if (!allItems(pages).some((item) => gone.has(item.id))) return pages;
  return mapPages(pages, (items) => items.filter((item) => !gone.has(item.id)));
}

export function mapItems(pages: ItemPages, change: (item: QueueItem) => QueueItem): ItemPages {
  return mapPages(pages, (items) => items.map(change));
}

/** The list with one item moved to another place, taking the priority of where it lands; pages keep their sizes. */
export function withMoved(pages: ItemPages, id: string, position: number): ItemPages {
  const items = allItems(pages);
  const item = items.find((one) => one.id === id);
  if (!item) return pages;
  const rest = items.filter((one) => one !== item);
  const neighbour = rest[Math.min(position, rest.length - 1)];
  rest.splice(position, 0, { ...item, priority: neighbour?.priority ?? item.priority });
  return mapPages(pages, (page) => rest.splice(0, page.length));
}

function mapPages(pages: ItemPages, change: (items: QueueItem[]) => QueueItem[]): ItemPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: change(page.items) })) };
}

function prepend(pages: ItemPages, item: QueueItem): ItemPages {
  const [first, ...rest] = pages.pages;
  return first ? { ...pages, pages: [{ ...first, items: [item, ...first.items] }, ...rest] } : pages;
}

function append(pages: ItemPages, item: QueueItem): ItemPages {
  const last = pages.pages.at(-1);
  // Where more pages follow, the item is on one of those.
  if (!last || last.next_cursor !== null) return pages;
  return { ...pages, pages: [...pages.pages.slice(0, -1), { ...last, items: [...last.items, item] }] };
}
