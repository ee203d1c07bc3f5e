import type { enCalendar } from './en-calendar.ts';

export const deCalendar: typeof enCalendar = {
  calendar: {
    title: 'Kalender',
    previous: 'Voriger Monat',
    next: 'Nächster Monat',
    today: 'Heute',
    view: 'Ansicht',
    views: { month: 'Monat', agenda: 'Liste' },
    monitoredOnly: 'Nur überwachte',
    loading: 'Der Kalender wird gelesen',
    more: '{{count}} weitere',
    less: 'Weniger',
    empty: 'In diesem Monat erscheint nichts',
    emptyHint:
      'Geh in einen anderen Monat, oder zeige auch nicht überwachte Folgen. Sendetage, die ein Anbieter nicht nennt, kommen von AniList und TVmaze, wenn sie in den Einstellungen eingeschaltet sind.',
    nothing: 'An diesem Tag erscheint nichts.',
    nothingToday: 'Heute erscheint nichts.',
    earlier_one: '{{count}} früher in diesem Monat',
    earlier_other: '{{count}} früher in diesem Monat',
    cut: 'Nur die ersten 5.000 Folgen dieser Wochen werden gezeigt.',
    feed: 'Abonnieren',
    feedTitle: 'In deinem Kalenderprogramm',
    feedHint:
      'Mit einer eigenen Adresse zeigt ein Kalenderprogramm auf Telefon oder Rechner, was erscheint, und folgt den Änderungen. Wer die Adresse hat, sieht den Kalender und sonst nichts.',
    feedReplaces: 'Es gibt immer nur eine Adresse: Eine neue beendet die vorige.',
    feedOnce: 'Kopiere sie jetzt: Sie wird nur dieses eine Mal gezeigt.',
    feedAddress: 'Adresse des Kalenders',
    feedUnmonitored: 'Auch nicht überwachte Folgen',
    feedCreate: 'Adresse anlegen',
    feedDone: 'Fertig',
    feedRevoke: 'Adresse widerrufen',
    feedRevoked: 'Die Adresse wird von jetzt an abgelehnt.',
  },
};
