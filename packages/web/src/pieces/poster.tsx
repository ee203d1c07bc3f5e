import { useState } from 'react';
import classes from './poster.module.css';

interface PosterProps {
  title: string;
  url: string | null;
  /** Text for screen readers; left out where the title stands beside it. */
  label?: string;
}

/** A series' poster, or its initials on a ground of its own where there is none or it can't be shown. */
export function Poster({ title, url, label = '' }: PosterProps) {
  const [broken, setBroken] = useState(false);
  const address = url === null ? null : posterAddress(url);
  if (address && !broken) {
    return <img className={classes.poster} src={address} alt={label} loading="lazy" onError={() => setBroken(true)} />;
  }
  return (
    <div
      className={classes.poster}
      style={groundOf(title)}
      role={label ? 'img' : 'presentation'}
      aria-label={label || undefined}
    >
      <span aria-hidden className={classes.sun} />
      <span aria-hidden className={classes.initials}>
        {initialsOf(title)}
      </span>
    </div>
  );
}

/** A path of our own origin counts from the page's base, below which the gateway may stand; null when it is no address. */
function posterAddress(url: string): string | null {
  return URL.parse(url.replace(/^\/+/, ''), document.baseURI)?.href ?? null;
}

/** Two seas and a sky, the same for the same title each time. */
function groundOf(title: string): React.CSSProperties {
  let hash = 7;
  for (const letter of title) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  const hue = 150 + (hash % 130);
  return {
    background: `linear-gradient(178deg, hsl(${hue} 32% 30%) 0 56%, hsl(${hue + 14} 36% 24%) 56% 74%, hsl(${hue + 26} 40% 18%) 74%)`,
    '--sun': `${18 + (hash % 60)}%`,
  } as React.CSSProperties;
}

function initialsOf(title: string): string {
  const words = title.split(/[\s:,.&’'-]+/).filter((word) => !/^(a|an|the|der|die|das|)$/i.test(word));
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toLocaleUpperCase())
    .join('');
}
