/** A foreign key: rows of `table` name rows of `of`. */
export interface Reference {
  table: string;
  of: string;
}

/**
 * The order in which tables are filled so that each comes after those that its rows name. A table may name itself.
 * @throws when tables name each other in a circle
 */
export function loadOrder(tables: readonly string[], references: readonly Reference[]): string[] {
  const waiting = new Set(tables);
  const order: string[] = [];
  const isReady = (table: string) =>
    references.every((ref) => ref.table !== table || ref.of === table || !waiting.has(ref.of));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(isReady);
    if (ready.length === 0) throw new Error(`These tables name each other: ${[...waiting].join(', ')}`);
    for (const table of ready) waiting.delete(table);
    order.push(...ready);
  }
  return order;
}
