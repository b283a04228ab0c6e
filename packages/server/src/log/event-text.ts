import { unreachable } from '@ringwall/base';
import type { PbxEvent } from '@ringwall/pbx';
import { PROVIDER_SILENT } from '@ringwall/policy';
import type { Flow } from '@ringwall/sip';
import { escapeSipText } from './escape.ts';
import { helpText } from './help-text.ts';
import type { LogLevel } from './log.ts';

/** A line of the log about one event. */
export interface EventLine {
  readonly level: LogLevel;
  /** A sentence in the administrator's words. */
  readonly text: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Could anybody on the network cause such a line, as often as he likes? */
  readonly strangersCan: boolean;
}

type Fields = EventLine['fields'];

/** What an event means, in words. Everything that a peer wrote is escaped. */
export function describeEvent(event: PbxEvent): EventLine {
  const line = (level: LogLevel, text: string, fields: Fields, strangersCan = false): EventLine => ({
    level,
    text,
    fields: { event: event.kind, ...fields },
    strangersCan,
  });
  switch (event.kind) {
    case 'registered':
      return line('info', `Extension ${event.extension} registered from ${from(event.flow)}`, {
        extension: event.extension,
        ...flowFields(event.flow),
        contact: escapeSipText(event.contact),
        expiresSeconds: event.expiresSeconds,
        userAgent: escapeSipText(event.userAgent),
      });
    case 'unregistered':
      return line(
        'info',
        `Extension ${event.extension} is no longer registered: ${UNREGISTERED[event.because]}`,
        {
          extension: event.extension,
          contact: escapeSipText(event.contact),
          because: event.because,
        },
      );
    case 'registration-refused':
      return line(
        'warn',
        `Extension ${event.extension} may not register from ${from(event.flow)}: ${escapeSipText(event.reason)}`,
        { extension: event.extension, ...flowFields(event.flow) },
      );
    case 'authentication-failed':
      return line(
        'warn',
        `Wrong password from ${from(event.flow)} for the user name "${escapeSipText(event.authId)}"`,
        {
          authId: escapeSipText(event.authId),
          method: escapeSipText(event.method),
          ...flowFields(event.flow),
        },
        true,
      );
    case 'malformed':
      return line(
        'debug',
        `Malformed message from ${from(event.flow)}: ${escapeSipText(event.code)}`,
        { code: escapeSipText(event.code), ...flowFields(event.flow) },
        true,
      );
    case 'ignored':
      return line(
        'debug',
        `Ignored a message from ${from(event.flow)}: ${IGNORED[event.why]}`,
        { why: event.why, ...flowFields(event.flow) },
        true,
      );
    case 'call-ended':
      return callEnded(event);
    case 'trunk-changed':
      return line(
        event.state === 'up' ? 'info' : 'warn',
        `Trunk ${event.trunk} is ${event.state}${event.text === '' ? '' : `: ${escapeSipText(event.text)}`}`,
        { trunk: event.trunk, state: event.state },
      );
    case 'emergency-called':
      return line('warn', helpText(event), {
        extension: event.extension,
        number: event.number,
        location: escapeSipText(event.location),
      });
    case 'limit-near':
    case 'calls-frozen':
      return line(event.kind === 'calls-frozen' ? 'error' : 'warn', event.text, {
        of: event.of,
        rule: event.rule,
      });
    case 'trunk-call-failed': {
      const { trunk, status } = event;
      const what = status === PROVIDER_SILENT ? 'said nothing to a call' : `did not take a call: ${status}`;
      return line('info', `Trunk ${trunk} ${what}`, { trunk, status });
    }
    case 'key-dropped':
      return line('debug', 'Keys of a call came faster than they can be pressed', { call: event.call }, true);
    case 'pin-lock':
      return line(event.state === 'barred' ? 'warn' : 'info', event.text, {
        extension: event.extension,
        state: event.state,
      });
    case 'trunk-resembled':
      return line(
        'warn',
        `A request from ${from(event.flow)} is like one of trunk ${event.trunk}, but ${escapeSipText(event.why)}`,
        { trunk: event.trunk, why: escapeSipText(event.why), ...flowFields(event.flow) },
        true,
      );
    case 'internal-error':
      return line(
        'error',
        `A mistake of the program ended one call or transaction: ${escapeSipText(event.text)}`,
        {
          stack: event.stack.split('\n').map(escapeSipText).join('\n'),
        },
      );
    default:
      return callLine(event);
  }
}

type CallEvent = Exclude<Extract<PbxEvent, { readonly call: unknown }>, { readonly kind: 'key-dropped' }>;

function callLine(event: CallEvent): EventLine {
  const line = (text: string, fields: Fields = {}): EventLine => ({
    level: 'info',
    text: `Call ${event.call}: ${text}`,
    fields: { event: event.kind, call: event.call, ...fields },
    strangersCan: false,
  });
  switch (event.kind) {
    case 'call-started': {
      const dialled = escapeSipText(event.dialled);
      return line(`${event.caller} dials ${dialled}`, { caller: event.caller, dialled });
    }
    case 'call-ringing': {
      const phones = event.phones === 1 ? 'one phone' : `${event.phones} phones`;
      return line(`${event.callee} rings on ${phones}`, { callee: event.callee, phones: event.phones });
    }
    case 'call-answered':
      return line(`${event.callee} answered; ${protection(event.callerProtected, event.calleeProtected)}`, {
        callee: event.callee,
        codec: escapeSipText(event.codec),
        callerProtected: event.callerProtected,
        calleeProtected: event.calleeProtected,
      });
    case 'call-held':
      return line(`held by the ${event.by}`, { by: event.by });
    case 'call-resumed':
      return line(`resumed by the ${event.by}`, { by: event.by });
    case 'call-transferred': {
      const to = escapeSipText(event.to);
      const how = event.how === 'blind' ? '' : ' after asking';
      return line(`${event.by} transferred it to ${to}${how}`, { by: event.by, to, how: event.how });
    }
    default:
      return unreachable(event);
  }
}

function callEnded(event: Extract<PbxEvent, { readonly kind: 'call-ended' }>): EventLine {
  const { record } = event;
  const dialled = escapeSipText(record.dialled);
  const seconds =
    record.answeredAt === undefined ? 0 : Math.round((record.endedAt - record.answeredAt) / 1_000);
  const spoken = record.answeredAt === undefined ? record.outcome : `answered, ${seconds} s`;
  return {
    level: record.outcome === 'failed' ? 'warn' : 'info',
    text: `Call ${record.id}: ${record.caller ?? 'a stranger'} to ${dialled} ended (${spoken}): ${escapeSipText(record.reason)}`,
    fields: {
      event: event.kind,
      call: record.id,
      dialled,
      outcome: record.outcome,
      endedBy: record.endedBy,
      status: record.status,
      talkSeconds: seconds,
      ...(record.caller === undefined ? {} : { caller: record.caller }),
      ...(record.answeredBy === undefined ? {} : { answeredBy: record.answeredBy }),
    },
    strangersCan: false,
  };
}

const UNREGISTERED = {
  asked: 'the phone signed off',
  expired: 'the phone did not renew in time',
  'connection-closed': 'its connection was closed',
  'extension-changed': 'the extension was changed',
} as const;

const IGNORED = {
  'not-our-domain': 'it is not for a domain of ours',
  'stray-response': 'a response to nothing that we asked',
  'stray-request': 'it belongs to no dialog',
} as const;

function protection(caller: boolean, callee: boolean): string {
  if (caller && callee) return 'the media of both sides are encrypted';
  if (!caller && !callee) return 'the media are not encrypted';
  return `the media are encrypted on the ${caller ? 'caller' : 'callee'}'s side only`;
}

function from(flow: Flow): string {
  return `${endpointText(flow)} over ${flow.transport.toUpperCase()}`;
}

function endpointText({ remote }: Flow): string {
  return remote.address.includes(':')
    ? `[${remote.address}]:${remote.port}`
    : `${remote.address}:${remote.port}`;
}

function flowFields(flow: Flow): Fields {
  return { address: flow.remote.address, port: flow.remote.port, transport: flow.transport };
}
