export { explainName, parseName } from './parse.ts';
