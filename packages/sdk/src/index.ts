export * from './client.ts';
export * from './realtime.ts';
