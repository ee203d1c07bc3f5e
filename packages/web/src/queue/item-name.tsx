import type { QueueItem } from '@aniworld/contracts';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { itemCode, itemTitle } from './item-text.ts';

/** Episode title over series and number, the latter a link to the series. */
export function ItemName({ item }: { item: QueueItem }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text fw={600} truncate size="sm">
        {itemTitle(item)}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        <Link to="/anime/$id" params={{ id: item.series_id }} className="plain">
          {item.series_title}
        </Link>{' '}
        · <span className="numbers">{itemCode(item)}</span>
      </Text>
    </div>
  );
}
