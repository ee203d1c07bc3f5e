/** With a password, which must not be shown. */
export const PROXY = 'http://me:hunter2@proxy.example:3128/';
/** How it is shown. */
export const MASKED = 'http://me:********@proxy.example:3128/';
