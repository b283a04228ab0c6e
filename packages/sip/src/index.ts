export type { Dialog } from './dialog/dialog.ts';
export { type Endpoint, type Flow, flowKey, isReliable, type Transport } from './flow.ts';
export { Headers } from './headers.ts';
export * from './message.ts';
export type { TransactionEffect, TransactionEvent, TransactionId } from './transaction/events.ts';
export type { SipUri, TelUri } from './uri.ts';
