import { Stack, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';

interface FoldedProps {
  title: string;
  /** Keeps it open whatever was chosen, as for an error within. */
  open: boolean;
  children: ReactNode;
}

/** Settings that few people need: out of sight until asked for. */
export function Folded({ title, open, children }: FoldedProps) {
  const body = useId();
  const [chosen, choice] = useDisclosure();
  const shown = chosen || open;
  return (
    <div>
      <UnstyledButton
        onClick={choice.toggle}
        aria-expanded={shown}
        aria-controls={shown ? body : undefined}
        fw={600}
        fz="sm"
        c="var(--page-accent)"
      >
        <ChevronDown
          size={16}
          aria-hidden
          style={{ verticalAlign: '-3px', transform: shown ? 'rotate(180deg)' : undefined }}
        />{' '}
        {title}
      </UnstyledButton>
      {shown && (
        <Stack id={body} gap="lg" mt="md">
          {children}
        </Stack>
      )}
    </div>
  );
}
