import { useTranslation } from 'react-i18next';

/** How seasons are called. */
export function useSeasonName(): (season: number) => string {
  const { t } = useTranslation();
  return (season) => (season === 0 ? t('series.specials') : t('series.season', { number: season }));
}
