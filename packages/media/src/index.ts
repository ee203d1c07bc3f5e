export { BadMediaError, type Inspector, InspectorEndedError, startInspector, UnreadMediaError } from './inspector.ts';
