export { type Template, type TestDatabase, type TestDatabaseOptions, testDatabase } from './database.ts';
export { track } from './leaks.ts';
export { testPrefix } from './prefix.ts';
export { makeCertificate, type TestCertificate } from './certificate.ts';
export { type CatalogDouble, serveCatalog } from './catalog.ts';
export { type Watch, watchEvent } from './events.ts';
export * from './origin/index.ts';
export { type QueueRig, startQueueRig } from './queue.ts';
export { type Servers, startServers } from './servers.ts';
