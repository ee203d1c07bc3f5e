import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { keys } from './cache/keys.ts';
import { stopLive } from './cache/live.ts';
import { queryClient, whenLoginNeeded } from './cache/query-client.ts';
import { calendarSearch } from './calendar/calendar-search.ts';
import { readLibrarySearch } from './library/library-search.ts';
import { NotFound, PageError } from './pieces/page-error.tsx';
import { api, basePath } from './session/api.ts';
import { returnPath } from './session/return-path.ts';
import { sessionToken } from './session/token.ts';
import { Shell } from './shell/shell.tsx';
import { wantedSearch } from './wanted/wanted-search.ts';

const root = createRootRoute({ component: Outlet, errorComponent: PageError, notFoundComponent: NotFound });

function readStatus() {
  return queryClient.fetchQuery({
    queryKey: keys.authStatus,
    queryFn: ({ signal }) => api.auth.status({}, { signal }),
    staleTime: 60_000,
  });
}

/** Pages that need a session; without one it leads to the set-up or the login and back afterwards. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const status = await readStatus();
    if (!status.set_up) throw redirect({ to: '/setup' });
    if (!status.authenticated) throw redirect({ to: '/login', search: { next: location.href } });
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./entrance/setup-page.tsx'), 'SetupPage'),
  beforeLoad: async () => {
    const status = await readStatus();
    if (status.set_up) throw redirect({ to: status.authenticated ? '/' : '/login' });
  },
});

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('./entrance/login-page.tsx'), 'LoginPage'),
  validateSearch: (search): { next?: string } => ('next' in search ? { next: returnPath(search.next) } : {}),
  beforeLoad: async () => {
    const status = await readStatus();
    if (!status.set_up) throw redirect({ to: '/setup' });
  },
});

const library = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('./library/library-page.tsx'), 'LibraryPage'),
  validateSearch: readLibrarySearch,
});

const series = createRoute({
  getParentRoute: () => inside,
  path: '/anime/$id',
  component: lazyRouteComponent(() => import('./series/series-page.tsx'), 'SeriesPage'),
});

const search = createRoute({
  getParentRoute: () => inside,
  path: '/search',
  component: lazyRouteComponent(() => import('./search/search-page.tsx'), 'SearchPage'),
  validateSearch: (values): { q?: string } => (values.q ? { q: String(values.q).slice(0, 200) } : {}),
});

const LISTS = ['waiting', 'finished', 'failed', 'cancelled'] as const;
export type QueueList = (typeof LISTS)[number];

const queue = createRoute({
  getParentRoute: () => inside,
  path: '/queue',
  component: lazyRouteComponent(() => import('./queue/queue-page.tsx'), 'QueuePage'),
  validateSearch: (values): { list?: QueueList; item?: string } => ({
    ...(LISTS.includes(values.list as QueueList) && { list: values.list as QueueList }),
    ...(typeof values.item === 'string' && { item: values.item }),
  }),
});

const wanted = createRoute({
  getParentRoute: () => inside,
  path: '/wanted',
  component: lazyRouteComponent(() => import('./wanted/wanted-page.tsx'), 'WantedPage'),
  validateSearch: wantedSearch,
});

const calendar = createRoute({
  getParentRoute: () => inside,
  path: '/calendar',
  component: lazyRouteComponent(() => import('./calendar/calendar-page.tsx'), 'CalendarPage'),
  validateSearch: calendarSearch,
});

const FILE_TABS = ['unmatched', 'duplicates', 'rules', 'rename'] as const;
export type FileTab = (typeof FILE_TABS)[number];

const files = createRoute({
  getParentRoute: () => inside,
  path: '/files',
  component: lazyRouteComponent(() => import('./files/files-page.tsx'), 'FilesPage'),
  validateSearch: (values): { tab?: FileTab; series?: string } => ({
    ...(FILE_TABS.includes(values.tab as FileTab) && { tab: values.tab as FileTab }),
    ...(typeof values.series === 'string' && { series: values.series }),
  }),
});

const config = createRoute({
  getParentRoute: () => inside,
  path: '/config',
  component: lazyRouteComponent(() => import('./config/config-page.tsx'), 'ConfigPage'),
});

const system = createRoute({
  getParentRoute: () => inside,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/system-page.tsx'), 'SystemPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    login,
    inside.addChildren([library, series, wanted, calendar, search, queue, files, config, system]),
  ]),
  basepath: basePath || '/',
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

whenLoginNeeded(() => {
  if (['/login', '/setup'].includes(router.state.location.pathname)) return;
  sessionToken.clear();
  stopLive();
  queryClient.removeQueries({ queryKey: keys.authStatus });
  void router.navigate({ to: '/login', search: { next: router.state.location.href } });
});
