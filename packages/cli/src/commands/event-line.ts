import { unreachable } from '@ringwall/base';
import type { ControlEvent } from '@ringwall/contract';
import { plain } from '../output/plain-text.ts';
import { duration, localClock } from '../output/time.ts';

/** One event as one line, made harmless for a terminal. */
export function eventLine(event: ControlEvent): string {
  return plain(`${localClock(event.at)}  ${sentence(event)}`);
}

function sentence(event: ControlEvent): string {
  switch (event.kind) {
    case 'registered':
      return `${event.extension} registered from ${event.transport} ${event.remote} for ${event.expiresSeconds} s (${event.userAgent})`;
    case 'unregistered':
      return `${event.extension} is no longer registered at ${event.contact}: ${UNREGISTERED[event.because]}`;
    case 'registration-refused':
      return `${event.extension} was refused from ${event.transport} ${event.remote}: ${event.reason}`;
    case 'authentication-failed':
      return `wrong password for auth ID "${event.authId}" from ${event.transport} ${event.remote} (${event.method})`;
    case 'call-started':
      return `${short(event.call)}  ${event.caller} calls ${event.dialled}`;
    case 'call-ringing':
      return `${short(event.call)}  ${event.callee} rings at ${event.phones} ${event.phones === 1 ? 'phone' : 'phones'}`;
    case 'call-answered': {
      const sides = [event.callerProtected, event.calleeProtected].filter(Boolean).length;
      return `${short(event.call)}  ${event.callee} answered, ${event.codec}, ${ENCRYPTED[sides] ?? ''}`;
    }
    case 'call-held':
      return `${short(event.call)}  put on hold by the ${event.by}`;
    case 'call-resumed':
      return `${short(event.call)}  taken back by the ${event.by}`;
    case 'call-transferred':
      return `${short(event.call)}  transferred to ${event.to} by ${event.by} (${event.how})`;
    case 'call-ended': {
      const { record } = event;
      const talked =
        record.answeredAt === null ? '' : ` after ${duration(record.endedAt - record.answeredAt)}`;
      return `${short(record.id)}  ended by the ${record.endedBy}${talked}: ${record.outcome}. ${record.reason}`;
    }
    case 'trunk-changed':
      return `trunk ${event.trunk} ${TRUNK_STATES[event.state]}${event.text === '' ? '' : `: ${event.text}`}`;
    case 'trunk-call-failed':
      return `trunk ${event.trunk} did not take a call: ${event.status}`;
    case 'emergency-called': {
      const where = event.location === '' ? '' : ` (${event.location})`;
      return `${event.extension} ${event.name}${where} CALLS FOR HELP: ${event.number}`;
    }
    case 'limit-near':
    case 'calls-frozen':
    case 'pin-lock':
      return event.text;
    case 'trunk-resembled':
      return `a request from ${event.transport} ${event.remote} is like one of trunk ${event.trunk}, but ${event.why}`;
    case 'internal-error':
      return `the program made a mistake, and ended what it concerned: ${event.text}`;
    case 'skipped':
      return `${event.events} events were left out: they came faster than they were read`;
    default:
      return unreachable(event);
  }
}

const UNREGISTERED = {
  asked: 'it signed off',
  expired: 'it did not register again in time',
  'connection-closed': 'its connection is gone',
  'extension-changed': 'its extension was changed',
} as const;

const TRUNK_STATES = { up: 'is up', down: 'is down', refused: 'is refused, and is not tried again' } as const;

const ENCRYPTED = ['not encrypted', 'encrypted on one side', 'encrypted'] as const;

/** Enough of a call's id to tell lines apart. */
function short(id: string): string {
  return `[${id.slice(0, 8)}]`;
}
