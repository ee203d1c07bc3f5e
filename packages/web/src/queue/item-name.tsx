import type { QueueItem } from '@aniworld/contracts';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { episodeCode } from '../format/episode-code.ts';

/** Episode title over series and number, the latter a link to the series. */
export function ItemName({ item }: { item: QueueItem }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Text fw={600} truncate size="sm">
        {item.title}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        <Link to="/anime/$id" params={{ id: item.series_id }} className="plain">
          {item.series_title}
        </Link>{' '}
        · <span className="numbers">{episodeCode(item.season, item.episode)}</span>
      </Text>
    </div>
  );
}
