import { useNavigate, useSearch } from '@tanstack/react-router';
import { SeriesSelect } from '../pieces/series-select.tsx';

/** Narrows a tab to one series; the choice lives in the address. */
export function SeriesFilter() {
  const navigate = useNavigate({ from: '/files' });
  const { series: id } = useSearch({ from: '/inside/files' });
  const show = (series: string | undefined) =>
    void navigate({
      search: ({ tab }) => ({ ...(tab && { tab }), ...(series && { series }) }),
      replace: true,
      resetScroll: false,
    });
  return (
    <div style={{ flex: 1, minWidth: 200, maxWidth: 420 }}>
      <SeriesSelect id={id} onChange={show} />
    </div>
  );
}
