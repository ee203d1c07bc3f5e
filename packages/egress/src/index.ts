export { readAllowList } from './allow-list.ts';
export { createEgress, type Egress, type EgressOptions } from './egress.ts';
export { type FilteringProxy, type FilteringProxyOptions, startFilteringProxy } from './filtering-proxy.ts';
export { networkOptions } from './network.ts';
export { MOST_REDIRECTS, type Redirectable, redirectOf } from './redirect.ts';
export { isRefused, refusalIn, RefusedError } from './refusal.ts';
export type { Resolver } from './target.ts';
