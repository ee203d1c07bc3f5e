import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { ConfigFields } from './config-fields.ts';

/** Leads to the field that the address names: `/config#backup.keep`. */
export function useNamedField(form: ConfigFields): void {
  const path = useRouterState({ select: ({ location }) => location.hash });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is another object at each key
  useEffect(() => {
    const field = path ? form.getInputNode(path) : null;
    field?.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  }, [path]);
}
