/** The role that owns a service's schema. */
export const roleOf = (service: string) => `aniworld_${service}`;

/** How a service logs in: as its role, in its schema. */
export const loginOf = ({ url, service }: { url: string; service: string }) => ({
  connectionString: url,
  application_name: `aniworld-${service}`,
  options: `-c role=${roleOf(service)} -c search_path=${service}`,
  connectionTimeoutMillis: 5_000,
});
