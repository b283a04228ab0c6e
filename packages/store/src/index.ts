export { MemoryStore } from './memory/memory-store.ts';
export { SqliteStore, type SqliteStoreOptions, type StoreStatistics } from './sqlite/sqlite-store.ts';
