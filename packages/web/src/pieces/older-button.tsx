import { Button, type ButtonProps } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';

interface OlderButtonProps extends Pick<ButtonProps, 'size'> {
  list: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetching' | 'fetchNextPage'>;
  label: string;
}

/** Reads the next page of a list that is short enough to be read on by hand; nothing at its end. */
export function OlderButton({ list, label, ...look }: OlderButtonProps) {
  if (!list.hasNextPage) return null;
  return (
    <Button {...look} variant="default" w="fit-content" loading={list.isFetching} onClick={() => list.fetchNextPage()}>
      {label}
    </Button>
  );
}
