import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { itemCode, itemTitle, type NamedEpisode } from './item-text.ts';

/** Episode title over series and number, the series a link. */
export function ItemName({ item, more }: { item: NamedEpisode; more?: string | null }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text fw={600} truncate size="sm">
        {itemTitle(item)}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        <Link to="/anime/$id" params={{ id: item.series_id }} className="plain">
          {item.series_title}
        </Link>{' '}
        · <span className="numbers">{[itemCode(item), more].filter(Boolean).join(' · ')}</span>
      </Text>
    </div>
  );
}
