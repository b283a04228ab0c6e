import type { BindingView, CallView, ControlEvent, ExtensionView, RequestOf } from '@ringwall/contract';
import type { WallMs } from '@ringwall/base';
import type { Binding, Call, CallingRights, PbxEvent } from '@ringwall/pbx';
import { codecOf, findLeg, isWaiting, numberOf } from '@ringwall/pbx';
import type { ExtensionDetails } from '../extensions/extensions.ts';
import { callRecordView } from './record-view.ts';

/** What the PBX knows, in the shapes that an administrator is shown. */

export function extensionView(extension: ExtensionDetails, bindings: number | null): ExtensionView {
  const { rtpMode, calling } = extension;
  const { callerId, groups, emergencyCallerId, location, ...rights } = calling;
  return {
    ...extension,
    rtpMode: rtpMode ?? null,
    calling: {
      ...rights,
      callerId: callerId ?? '',
      groups: [...groups],
      ...(emergencyCallerId === undefined ? {} : { emergencyCallerId }),
      ...(location === undefined ? {} : { location }),
    },
    bindings,
  };
}

export function bindingView(binding: Binding): BindingView {
  const { extension, contact, userAgent, registeredAt, expiresAt, behindNat, flow } = binding;
  return {
    extension,
    contact,
    transport: flow.transport,
    remote: remoteOf(flow.remote),
    userAgent,
    registeredAt,
    expiresAt,
    behindNat,
    waiting: isWaiting(binding),
  };
}

function remoteOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function callView(call: Call): CallView {
  const [callerLeg, calleeLeg] = (call.pair ?? []).map((id) => findLeg(call, id));
  const held = [callerLeg, calleeLeg].some((leg) => leg !== undefined && !leg.media.wish.hears);
  return {
    id: call.id,
    caller: numberOf(call.caller),
    dialled: call.dialled,
    state: call.answeredAt === undefined ? 'ringing' : held ? 'held' : 'answered',
    answeredBy: call.answeredBy === undefined ? null : numberOf(call.answeredBy),
    startedAt: call.startedAt,
    answeredAt: call.answeredAt ?? null,
    codec: calleeLeg === undefined ? null : codecOf(calleeLeg),
    callerProtected: callerLeg?.media.srtp !== undefined,
    calleeProtected: calleeLeg?.media.srtp !== undefined,
  };
}

/** An event as `ringwall calls --follow` is told it; undefined for what is counted but not told. */
export function eventView(event: PbxEvent, at: WallMs): ControlEvent | undefined {
  switch (event.kind) {
    case 'registered':
    case 'registration-refused':
    case 'authentication-failed':
    case 'trunk-resembled': {
      const { flow, ...rest } = event;
      return { at, ...rest, transport: flow.transport, remote: remoteOf(flow.remote) };
    }
    case 'call-ended':
      return { kind: event.kind, at, record: callRecordView(event.record) };
    case 'internal-error':
      return { kind: event.kind, at, text: event.text };
    case 'malformed':
    case 'ignored':
    case 'key-dropped':
      return undefined;
    default:
      return { at, ...event };
  }
}

/** `''` is no number of its own. */
export function rightsOf({
  callerId,
  emergencyCallerId,
  location,
  ...changes
}: NonNullable<RequestOf<'extension.set'>['calling']>): Partial<CallingRights> {
  return {
    ...changes,
    ...(callerId === undefined ? {} : { callerId: callerId || undefined }),
    ...(emergencyCallerId === undefined ? {} : { emergencyCallerId: emergencyCallerId || undefined }),
    ...(location === undefined ? {} : { location: location.trim() || undefined }),
  };
}
