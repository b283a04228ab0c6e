import { type Random, randomHex, type WallMs } from '@ringwall/base';
import type { Reason } from '@ringwall/policy';
import type { Flow } from '@ringwall/sip';
import type { AskedNumber, CallId, CallRecord } from '../call/call-record.ts';
import { extensionOf, outsideOf, type Party } from '../call/party.ts';
import { askedOnce } from '../call/write-record.ts';

/** The record of a call that was refused before it began. */
export function refusedRecord(
  random: Random,
  refused: {
    readonly party: Party;
    readonly dialled: string;
    readonly flow: Flow;
    readonly status: number;
    readonly reason: string;
    readonly because?: readonly Reason[] | undefined;
    readonly asked?: AskedNumber | undefined;
    readonly wall: WallMs;
  },
): CallRecord {
  const { party, dialled, flow, status, reason, because = [], wall } = refused;
  const extension = extensionOf(party)?.number;
  return {
    id: randomHex(random, 8) as CallId,
    caller: extension,
    callerAddress: flow.remote.address,
    dialled: dialled.slice(0, 32),
    answeredBy: undefined,
    startedAt: wall,
    answeredAt: undefined,
    endedAt: wall,
    outcome: status === 480 || status === 404 ? 'unreachable' : 'refused',
    endedBy: 'system',
    reason,
    status,
    legs: [
      {
        role: 'caller',
        extension,
        outside: outsideOf(party),
        transport: flow.transport,
        address: flow.remote.address,
        startedAt: wall,
        answeredAt: undefined,
        endedAt: wall,
        status: undefined,
        codec: '',
        srtpSuite: undefined,
        statistics: undefined,
      },
    ],
    redirections: [],
    because,
    asked: askedOnce(refused.asked),
    transfers: [],
  };
}
