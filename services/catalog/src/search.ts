import type { ProviderOutcome, SearchResult } from '@aniworld/contracts';
import type { z } from 'zod';
import type { FoundSeries, Provider } from './provider.ts';
import type { Registry } from './registry.ts';
import type { Database } from './store/database.ts';
import { seriesOfRefs } from './store/series.ts';
import { rankTitle } from './title.ts';

type Result = z.output<typeof SearchResult>;
type Outcome = z.output<typeof ProviderOutcome>;

/** Of one provider; more would be a list that nobody reads and no message holds. */
const MOST_RESULTS = 50;

/**
 * Asks all enabled providers at once. One that fails or is slow is listed with the reason; what the others found comes
 * all the same, the best fitting titles first.
 */
export async function searchAll(
  db: Database,
  registry: Registry,
  query: string,
  signal: AbortSignal,
): Promise<{ results: Result[]; providers: Outcome[] }> {
  const answers = await Promise.all((await registry.enabled()).map((provider) => askOne(provider, query, signal)));
  const found = answers.flatMap(({ outcome, results }) =>
    results.map((series) => ({ provider: outcome.provider, series, rank: rankOf(query, series) })),
  );
  found.sort((one, other) => one.rank - other.rank);
  const owned = await seriesOfRefs(
    db,
    found.map(({ provider, series }) => ({ provider, ref: series.ref })),
  );
  const ids = new Map(owned.map((row) => [JSON.stringify([row.provider, row.provider_ref]), row.id]));
  return {
    results: found.map(({ provider, series: { synonyms: _, ...series } }) => ({
      ...series,
      provider,
      series_id: ids.get(JSON.stringify([provider, series.ref])) ?? null,
    })),
    providers: answers.map(({ outcome }) => outcome),
  };
}

async function askOne(
  provider: Provider,
  query: string,
  signal: AbortSignal,
): Promise<{ outcome: Outcome; results: FoundSeries[] }> {
  const started = performance.now();
  const outcome = (error: string | null): Outcome => ({
    provider: provider.id,
    ok: error === null,
    error,
    took_ms: Math.round(performance.now() - started),
  });
  try {
    const { found, problem } = await provider.search(query, signal);
    const best = found.toSorted((one, other) => rankOf(query, one) - rankOf(query, other)).slice(0, MOST_RESULTS);
    return { outcome: outcome(problem), results: best };
  } catch (error) {
    return { outcome: outcome(error instanceof Error ? error.message : String(error)), results: [] };
  }
}

/** A provider may find by more than titles; what it found so comes last. */
const rankOf = (query: string, { title, synonyms }: FoundSeries) => rankTitle(query, [title, ...synonyms]) ?? 4;
