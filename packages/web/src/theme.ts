import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Asagi, the blue-green of a shallow sea: what can be done and what moves. */
const asagi: MantineColorsTuple = [
  '#e8f5f6',
  '#cfe9eb',
  '#a2d6da',
  '#71c1c7',
  '#49aeb6',
  '#2d9ba4',
  '#1b8892',
  '#127680',
  '#0c6770',
  '#08535b',
];

/** Kaki, the ripe persimmon: what is missing and wants attention. Red stays free for what has failed. */
const kaki: MantineColorsTuple = [
  '#fdf1ea',
  '#f9dfd0',
  '#f0bb9c',
  '#e99766',
  '#e27b3e',
  '#dd6824',
  '#c95812',
  '#b54d0d',
  '#a0430a',
  '#853605',
];

/** Paper: warm greys whose dimmed text (6) still reaches 4.5:1 on the page. */
const gray: MantineColorsTuple = [
  '#f6f5f1',
  '#efede8',
  '#e4e1da',
  '#d5d2ca',
  '#bfbcb4',
  '#93928c',
  '#63676a',
  '#4a4f52',
  '#343a3d',
  '#1f2629',
];

/** Ink: the same sea at night. */
const dark: MantineColorsTuple = [
  '#d8dfe1',
  '#bcc7ca',
  '#9babb0',
  '#72848a',
  '#3b4b51',
  '#2c3a40',
  '#212d32',
  '#172024',
  '#10181b',
  '#0b1113',
];

const rounded = "ui-rounded, 'SF Pro Rounded', 'Hiragino Maru Gothic ProN', ";
const system = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', sans-serif";

/** A dialog's header element would count as a second banner of the page. */
const NO_BANNER = { header: { role: 'presentation' } };

export const theme = createTheme({
  primaryColor: 'asagi',
  primaryShade: 8,
  autoContrast: true,
  colors: { asagi, kaki, gray, dark },
  black: '#1b2326',
  fontFamily: system,
  headings: { fontFamily: rounded + system, fontWeight: '680', textWrap: 'balance' },
  defaultRadius: 'md',
  radius: { md: '10px', lg: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { centered: true, radius: 'lg', attributes: NO_BANNER } },
    Drawer: { defaultProps: { attributes: NO_BANNER }, styles: { title: { fontWeight: 680, fontSize: '1.15rem' } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md' } },
    Alert: { defaultProps: { variant: 'outline' }, styles: { root: { background: 'var(--page-raised)' } } },
    Badge: { styles: { root: { textTransform: 'none' } } },
    // The one shade of the theme is too dark for thin lines on ink.
    Progress: { defaultProps: { color: 'var(--page-accent)' } },
    Tabs: { defaultProps: { color: 'var(--page-accent)' } },
  },
});

/** Colours that Mantine derives from fixed shades, put where our paper and ink want them. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#faf9f6',
    '--mantine-color-dimmed': '#5c6164',
    '--mantine-color-placeholder': '#6c7073',
    // Mantine's own reds are too light for text on paper.
    '--mantine-color-error': '#b02525',
    '--mantine-color-red-6': '#c22f2f',
    '--page-raised': '#ffffff',
    '--page-line': '#e4e1da',
    '--page-attention': '#a0430a',
    '--page-accent': '#0c6770',
  },
  dark: {
    '--mantine-color-body': '#10181b',
    '--mantine-color-dimmed': '#9babb0',
    '--mantine-color-placeholder': '#8b9ba0',
    '--mantine-color-asagi-light': '#173238',
    '--mantine-color-asagi-light-hover': '#1c3d44',
    '--mantine-color-asagi-light-color': '#a2d6da',
    '--mantine-color-gray-light': '#263238',
    '--mantine-color-error': '#ff9b9b',
    '--page-raised': '#172024',
    '--page-line': '#28353a',
    '--page-attention': '#e99766',
    '--page-accent': '#71c1c7',
  },
});
