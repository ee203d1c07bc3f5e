import type { AppConfig } from '@aniworld/contracts';
import type { EgressOptions } from './egress.ts';

/**
 * The options that the configuration means.
 * @param own what the installation itself needs, from the service's environment: the address of the sample shelf
 */
export function networkOptions(network: AppConfig['network'], own: readonly string[]): EgressOptions {
  return { allowPrivate: [...own, ...network.allow_private], proxy: network.proxy, caFile: network.ca_file };
}
