import type { Reason } from '@ringwall/policy';
import type { AskedNumber, CallRecord, CallRecordLeg, TransferRecord } from './call-record.ts';
import type { Call, Ending, Work } from './call.ts';
import type { Planned } from './inputs.ts';
import type { Leg } from './leg.ts';
import { extensionOf, outsideOf } from './party.ts';
import { codecOf } from './relay-media.ts';

/** What is kept of a call, and the bounds that a record has whatever was done with the call. */

const MOST_LEGS = 64;
const MOST_REASONS = 256;
const MOST_ASKED = 16;
const MOST_TRANSFERS = 16;

export function writeRecord(call: Call, ending: Ending): CallRecord {
  return {
    id: call.id,
    caller: extensionOf(call.caller)?.number,
    callerAddress: call.callerAddress,
    dialled: call.dialled,
    answeredBy: extensionOf(call.answeredBy)?.number,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    endedAt: ending.at,
    outcome: call.answeredAt === undefined ? ending.outcome : 'answered',
    endedBy: ending.endedBy,
    reason: ending.reason,
    status: call.answeredAt === undefined ? ending.status : 200,
    legs: keptLegs(call.legs).map(recordLeg),
    redirections: call.redirections,
    because: call.because.slice(0, MOST_REASONS),
    asked: call.asked,
    transfers: call.transfers,
  };
}

/** The call policy was asked about this, too. */
export function noteAsked(call: Call, { asked }: Planned): void {
  if (asked !== undefined && call.asked.length < MOST_ASKED) call.asked = [...call.asked, asked];
}

/** What the gates said of another number, or limits of a leg. */
export function noteReasons(call: Call, because: readonly Reason[] = []): void {
  const room = MOST_REASONS - call.because.length;
  if (room > 0 && because.length > 0) call.because = [...call.because, ...because.slice(0, room)];
}

export function noteTransfer({ call, context }: Work, transfer: Omit<TransferRecord, 'at'>): void {
  if (call.transfers.length >= MOST_TRANSFERS) return;
  call.transfers = [...call.transfers, { ...transfer, at: context.wall }];
}

/** What the record of a call that never began holds. */
export function askedOnce(asked: AskedNumber | undefined): readonly AskedNumber[] {
  return asked === undefined ? [] : [asked];
}

/** A call to a large group has a leg for every phone that rang. */
function keptLegs(legs: readonly Leg[]): readonly Leg[] {
  if (legs.length <= MOST_LEGS) return legs;
  const isMore = ({ role, answeredAt }: Leg): boolean => role === 'caller' || answeredAt !== undefined;
  const ordered = [...legs.filter(isMore), ...legs.filter((leg) => !isMore(leg))];
  const kept = new Set(ordered.slice(0, MOST_LEGS));
  return legs.filter((leg) => kept.has(leg));
}

function recordLeg(leg: Leg): CallRecordLeg {
  return {
    role: leg.role,
    extension: extensionOf(leg.party)?.number,
    outside: outsideOf(leg.party),
    transport: leg.flow.transport,
    address: leg.flow.remote.address,
    startedAt: leg.startedAt,
    answeredAt: leg.answeredAt,
    endedAt: leg.endedAt,
    status: leg.failure,
    codec: codecOf(leg),
    srtpSuite: leg.media.srtp?.send.suite,
    statistics: leg.statistics,
  };
}
