import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { de } from './de.ts';
import { en } from './en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

/** Takes the browser's language where we have it, English otherwise. */
export async function startLanguage(): Promise<void> {
  // With its region, where it has one: dates and numbers follow it.
  const lng = /^(de|en)\b/.test(navigator.language) ? navigator.language : 'en';
  document.documentElement.lang = lng;
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'en',
    resources: { en: { translation: en }, de: { translation: de } },
    // React escapes what it renders.
    interpolation: { escapeValue: false },
  });
}
