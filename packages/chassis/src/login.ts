/** The role that owns a service's schema. */
export const roleOf = (service: string) => `aniworld_${service}`;

/** How a service logs in: as its role, in its schema. */
export const loginOf = ({ url, service }: { url: string; service: string }) => ({
  connectionString: url,
  application_name: `aniworld-${service}`,
  // Our statements are short: a server that compiles them, as it does by default, takes longer for that than to run them.
  options: `-c role=${roleOf(service)} -c search_path=${service} -c jit=off`,
  connectionTimeoutMillis: 5_000,
});
