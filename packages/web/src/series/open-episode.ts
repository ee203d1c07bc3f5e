import { useNavigate } from '@tanstack/react-router';

/** Shows what happened to an episode, or stops showing it; in the address, so that "back" closes it and a link opens it. */
export function useOpenEpisode(from: '/wanted' | '/calendar') {
  const navigate = useNavigate({ from });
  return (id: string | null) =>
    void navigate({
      to: from,
      search: ({ episode: _, ...rest }: { episode?: string | undefined }) =>
        id === null ? rest : { ...rest, episode: id },
      replace: id === null,
      resetScroll: false,
    });
}
