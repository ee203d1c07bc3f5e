/**
 * What the two sites answer, written by hand on 2026-11-22 in the shapes that their public documentation describes
 * (https://www.tvmaze.com/api, https://docs.anilist.co); not recorded from them. The series are those of the sample shelf.
 */
export const tvmazeSearch = [
  { score: 0.9, show: { id: 101, name: 'Paper Boat Post', premiered: '2021-04-04' } },
  { score: 0.8, show: { id: 102, name: 'Paper Boat Post', premiered: '1998-01-01' } },
  { score: 0.5, show: { id: 103, name: 'Paper Boats', premiered: '2021-05-01' } },
];

export const tvmazeShow = {
  id: 101,
  url: 'https://www.tvmaze.com/shows/101/paper-boat-post',
  name: 'Paper Boat Post',
  type: 'Animation',
  language: 'English',
  status: 'Ended',
  premiered: '2021-04-04',
  summary: '<p>Letters cross the <b>harbour</b>.</p>',
  image: { medium: 'https://static.example/m.jpg', original: 'https://static.example/o.jpg' },
  externals: { tvrage: null, thetvdb: 4711, imdb: 'tt0000101' },
  _embedded: {
    episodes: [
      {
        id: 1,
        name: 'One',
        season: 1,
        number: 1,
        type: 'regular',
        airdate: '2021-04-04',
        image: { medium: 'https://static.example/e1.jpg', original: null },
      },
      { id: 2, name: 'Two', season: 1, number: 2, type: 'regular', airdate: '', image: null },
      {
        id: 3,
        name: 'Extra',
        season: 1,
        number: null,
        type: 'significant_special',
        airdate: '2021-12-24',
        image: null,
      },
    ],
  },
};

export const anilistPage = {
  data: {
    Page: {
      media: [
        {
          id: 201,
          idMal: 301,
          title: { romaji: 'Kamibune Yuubin', english: 'Paper Boat Post', native: '紙舟郵便' },
          synonyms: ['Papierbootpost'],
          status: 'RELEASING',
          startDate: { year: 2021 },
          description: 'Letters cross the harbour.',
          coverImage: { extraLarge: 'https://static.example/x.jpg', large: null },
          // 2021-04-11 15:00 UTC
          airingSchedule: { nodes: [{ episode: 2, airingAt: 1_618_153_200 }] },
        },
        {
          id: 202,
          title: { romaji: 'Kamibune Yuubin 2', english: 'Paper Boat Post Season 2', native: null },
          synonyms: [],
          startDate: { year: 2022 },
        },
      ],
    },
  },
};
