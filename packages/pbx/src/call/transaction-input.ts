import type { TransactionEvent } from '@ringwall/sip';
import type { CallInput } from './inputs.ts';
import type { LegIndex } from './leg-index.ts';

/** What a transaction tells, as an input of the call that it belongs to. */
type TransactionInput = Extract<
  CallInput,
  { kind: 'ack' | 'no-ack' | 'cancel' | 'response' | 'no-response' }
>;

/**
 * Finds the leg that a transaction belongs to, and strikes the transaction off once nothing more can come of it.
 *
 * @returns undefined if it is not one of a call.
 */
export function inputOf(event: TransactionEvent, index: LegIndex): TransactionInput | undefined {
  switch (event.kind) {
    case 'request':
      return undefined;
    case 'cancel': {
      const leg = index.invitedBy(event.transaction);
      return leg === undefined ? undefined : { kind: 'cancel', leg };
    }
    case 'ack':
    case 'no-ack': {
      const leg = index.invitedBy(event.transaction);
      if (leg === undefined) return undefined;
      index.settled(event.transaction);
      return { ...event, leg };
    }
    case 'response': {
      const sent = index.sentBy(event.transaction);
      if (sent === undefined) return undefined;
      const { response, flow } = event;
      // An INVITE may bring a 2xx of another phone behind the same contact.
      if (response.status >= 200 && sent.purpose !== 'invite') index.settled(event.transaction);
      return { kind: 'response', ...sent, response, flow };
    }
    case 'timeout':
    case 'transport-failed': {
      const sent = index.sentBy(event.transaction);
      if (sent === undefined) return undefined;
      index.settled(event.transaction);
      return { kind: 'no-response', ...sent, status: event.kind === 'timeout' ? 408 : 503 };
    }
  }
}
