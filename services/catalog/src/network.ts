import type { Log } from '@aniworld/chassis';
import type { EffectiveConfig } from '@aniworld/contracts';
import { type Egress, networkOptions } from '@aniworld/egress';

/**
 * Keeps the way out under the settings. What is returned is called with the configuration whenever it was read, which is
 * before each request to a provider: a change counts from the next request on, in a replica that did not store it a fifth of a
 * second later.
 * @param own targets that the installation itself needs
 */
export function followNetwork(egress: Egress, own: readonly string[], log: Log): (read: EffectiveConfig) => void {
  let applied = -1;
  return ({ version, config }) => {
    // Read side by side, so an older version may come after a newer one.
    if (version <= applied) return;
    applied = version;
    const wrong = egress.configure(networkOptions(config.network, own));
    if (wrong.length > 0) log.warn({ wrong }, 'entries of network.allow_private can not be read');
  };
}
