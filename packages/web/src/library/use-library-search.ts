import { useNavigate, useSearch } from '@tanstack/react-router';
import { type LibrarySearch, readLibrarySearch } from './library-search.ts';

/** What the address says, and a way to change it; it lives there so that a reload, a link or "back" keeps it. */
export function useLibrarySearch() {
  const navigate = useNavigate({ from: '/' });
  const search = useSearch({ from: '/inside/' });
  const change = (next: Partial<Record<keyof LibrarySearch, unknown>>) =>
    void navigate({ search: (known) => readLibrarySearch({ ...known, ...next }), replace: true });
  return { search, change };
}
