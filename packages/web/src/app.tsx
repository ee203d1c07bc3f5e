import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient } from './cache/query-client.ts';
import { MOST_TOASTS } from './pieces/toast.tsx';
import { router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

/** The whole page: look, server state, routes. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications
          position="bottom-right"
          limit={MOST_TOASTS}
          autoClose={7_000}
          containerWidth={310}
          className="toasts"
        />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
