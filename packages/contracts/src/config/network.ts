import { z } from 'zod';

/** What the server may connect to when it fetches from elsewhere, and how. */
export const NetworkConfig = z.object({
  allow_private: z
    .array(z.string().min(1).max(255))
    .max(200)
    .default([])
    .meta({ description: 'Private addresses that may be asked: 192.168.1.0/24, nas.local, 192.168.1.5:8080' }),
  proxy: z
    .union([z.literal(''), z.url({ protocol: /^(https?|socks5h?)$/ })])
    .default('')
    .meta({ description: 'http://host:port or socks5://host:port; empty: none', secret: 'password' }),
  ca_file: z
    .string()
    .max(4_000)
    .default('')
    .meta({ description: 'PEM file of certificate authorities to trust besides the usual ones' }),
});
