import type { ReactNode } from 'react';
import classes from './floating-bar.module.css';

/** A bar that stays in view at the foot of a list, above the small screens' navigation. */
export function FloatingBar({ children }: { children: ReactNode }) {
  return (
    <div className={classes.place}>
      <div className={classes.bar} data-floating-bar>
        {children}
      </div>
    </div>
  );
}
