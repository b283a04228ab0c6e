export type * from './relay/types.ts';
export type * from './sdp/types.ts';
