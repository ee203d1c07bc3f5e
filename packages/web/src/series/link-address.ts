/** Pages of the sites whose ids are known; `{}` stands for the id. */
const PAGES: Record<string, string> = {
  tvdb: 'https://thetvdb.com/?tab=series&id={}',
  tvmaze: 'https://www.tvmaze.com/shows/{}',
  tmdb: 'https://www.themoviedb.org/tv/{}',
  imdb: 'https://www.imdb.com/title/{}/',
  anilist: 'https://anilist.co/anime/{}',
  anidb: 'https://anidb.net/anime/{}',
  mal: 'https://myanimelist.net/anime/{}',
  kitsu: 'https://kitsu.app/anime/{}',
};

const NAMES: Record<string, string> = {
  tvdb: 'TheTVDB',
  tvmaze: 'TVmaze',
  tmdb: 'TMDB',
  imdb: 'IMDb',
  anilist: 'AniList',
  anidb: 'AniDB',
  mal: 'MyAnimeList',
  kitsu: 'Kitsu',
};

/** Where a series stands at another site; null for a site that is not known, whose id may even be an address itself. */
export function linkAddress(site: string, id: string): string | null {
  const page = PAGES[site];
  if (page) return page.replace('{}', encodeURIComponent(id));
  return /^https?:\/\//.test(id) ? id : null;
}

/** The site as it writes itself. */
export function siteName(site: string): string {
  return NAMES[site] ?? site;
}
