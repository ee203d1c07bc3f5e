import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { keys } from '../cache/keys.ts';
import { refreshSoon } from '../cache/refresh-soon.ts';
import { showDone } from '../pieces/toast.tsx';
import { api } from '../session/api.ts';
import type { MatchInput, MatchReply, OpenFile, OpenKind } from './file-queries.ts';

type Pages = InfiniteData<{ items: OpenFile[]; next_cursor: string | null }>;

const KINDS: OpenKind[] = ['unmatched', 'ambiguous', 'duplicate', 'ignored'];

/** Says what files are; they leave the lists at once, and undo takes back what was said. */
export function useMatch() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: MatchInput) => api.anime.match(request),
    onSuccess: (reply, request) => {
      settle(client, reply);
      showDone(messageOf(reply, request), undoOf(client, reply, request));
    },
  });
}

/** Takes a duplicate for its episodes instead of the files that they have. */
export function useTake() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: OpenFile) => take(file),
    onSuccess: ({ reply, request, released }) => {
      settle(client, reply);
      // What a person had chosen before, nobody knows any more.
      showDone(t('files.taken'), released ? undefined : undoOf(client, reply, request));
    },
  });
}

async function take({ id, series_id, rivals }: OpenFile) {
  const request: MatchInput = {
    file_ids: [id],
    ...(series_id && { series_id }),
    episode_ids: [...new Set(rivals.map((rival) => rival.episode_id))],
  };
  const reply = await api.anime.match(request);
  const released = reply.items[0]?.state === 'duplicate';
  if (!released) return { reply, request, released };
  // The other one is a person's choice too: it is forgotten, so that this one wins.
  const file_ids = [...new Set(rivals.map((rival) => rival.file_id))];
  await api.anime.match({ file_ids, action: 'automatic' });
  return { reply: await api.anime.match(request), request, released };
}

/** Takes what was decided out of the lists that it is no longer in, and reads again what else it may concern. */
function settle(client: QueryClient, { items }: MatchReply): void {
  const states = new Map(items.map((item) => [item.file_id, item.state]));
  for (const kind of KINDS) {
    const stays = ({ id }: OpenFile) => (states.get(id) ?? kind) === kind;
    client.setQueryData<Pages>(keys.openFilesOf(kind), (list) => {
      const all = list?.pages.every((page) => page.items.every(stays));
      if (!list || all) return list;
      return { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.filter(stays) })) };
    });
  }
  refreshSoon(client, keys.files);
  refreshSoon(client, keys.renamePlans);
}

function messageOf({ items, total, changed }: MatchReply, { action = 'match' }: MatchInput): string {
  if (action !== 'match') return t(`files.${action}Done`, { count: total });
  const open = items.filter((item) => item.state === 'unmatched' || item.state === 'ambiguous').length;
  const done = t('files.matchDone', { count: changed });
  return open === 0 ? done : `${done} ${t('files.matchOpen', { count: open })}`;
}

/** None where it can't be told which files have changed. */
function undoOf(client: QueryClient, { items, total, rule }: MatchReply, { action }: MatchInput) {
  const file_ids = items.filter((item) => item.changed).map((item) => item.file_id);
  if (action === 'automatic' || file_ids.length === 0 || (!rule && items.length < total)) return undefined;
  return async () => {
    if (rule) await api.anime.removeMatchRule({ id: rule.id });
    else settle(client, await api.anime.match({ file_ids, action: 'automatic' }));
    refreshSoon(client, keys.files);
  };
}
