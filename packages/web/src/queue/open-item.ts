import { useNavigate } from '@tanstack/react-router';

/** Shows what happened to an item, or stops showing it. It stands in the address, so that "back" closes it and a link opens it. */
export function useOpenItem() {
  const navigate = useNavigate({ from: '/queue' });
  return (id: string | null) =>
    void navigate({
      search: ({ item: _, ...rest }) => (id === null ? rest : { ...rest, item: id }),
      replace: id === null,
      resetScroll: false,
    });
}
