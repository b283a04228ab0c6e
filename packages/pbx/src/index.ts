export type * from './call/call-record.ts';
export type * from './effects.ts';
export type * from './events.ts';
export type * from './ports/media-service.ts';
export * from './ports/store.ts';
export type * from './registrar/binding.ts';
export type * from './snapshot/snapshot.ts';
