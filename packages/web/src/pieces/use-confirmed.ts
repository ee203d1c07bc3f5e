import { useDisclosure } from '@mantine/hooks';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

/**
 * Something that is done after a question: `ask` opens it, `confirm` goes to `Confirm`.
 * @param stale what is read again afterwards; also when it failed, as it may have been done already
 */
export function useConfirmed(act: () => Promise<unknown>, stale: QueryKey, onSuccess?: () => void) {
  const client = useQueryClient();
  const [opened, { open, close }] = useDisclosure();
  const mutation = useMutation({
    mutationFn: act,
    ...(onSuccess && { onSuccess }),
    onSettled: () => {
      close();
      return client.invalidateQueries({ queryKey: stale });
    },
  });
  return {
    ask: open,
    confirm: { opened, loading: mutation.isPending, onConfirm: () => mutation.mutate(), onClose: close },
  };
}
