import { type Random, randomHex, type WallMs } from '@ringwall/base';
import type { Flow, SipRequest } from '@ringwall/sip';
import type { CallId, CallRecord } from '../call/call-record.ts';
import type { Extension } from '../snapshot/snapshot.ts';
import { userOf } from './identify.ts';

/** The record of a call that was refused before it began. */
export function refusedRecord(
  random: Random,
  refused: {
    readonly extension: Extension;
    readonly request: SipRequest;
    readonly flow: Flow;
    readonly status: number;
    readonly reason: string;
    readonly wall: WallMs;
  },
): CallRecord {
  const { extension, request, flow, status, reason, wall } = refused;
  return {
    id: randomHex(random, 8) as CallId,
    caller: extension.number,
    callerAddress: flow.remote.address,
    dialled: userOf(request.uri).slice(0, 32),
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
        extension: extension.number,
        outside: undefined,
        transport: flow.transport,
        codec: '',
        srtpSuite: undefined,
        statistics: undefined,
      },
    ],
    redirections: [],
  };
}
