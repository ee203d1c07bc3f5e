import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { queryClient } from './cache/query-client.ts';
import { router } from './router.tsx';
import { cssVariables, theme } from './theme.ts';

/** The whole page: look, server state, routes. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="top-right" limit={2} autoClose={7_000} className="toasts" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
