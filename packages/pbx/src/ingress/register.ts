import { inNetworks, type MonotonicMs, type Random, type WallMs } from '@ringwall/base';
import {
  type Flow,
  isSameFlow,
  type Headers,
  isUnconnected,
  newTag,
  respondTo,
  type SipRequest,
  type TransactionEffect,
  type Transactions,
} from '@ringwall/sip';
import type { Calls } from '../call/calls.ts';
import type { Effect } from '../effects.ts';
import { applyRegister } from '../registrar/apply-register.ts';
import type { Binding } from '../registrar/binding.ts';
import type { Bindings } from '../registrar/bindings.ts';
import { isWaiting } from '../registrar/waiting.ts';
import type { Extension, Snapshot } from '../snapshot/snapshot.ts';

export interface RegisterHost {
  readonly random: Random;
  readonly transactions: Transactions;
  readonly bindings: Bindings;
  readonly calls: Calls;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  wall(): WallMs;
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
  deviceSeen(binding: Binding): void;
  /** A phone is there that was away; `before`: how its binding waited. */
  phoneBack(binding: Binding, before: Flow | undefined): void;
}

/** A REGISTER that was authenticated and allowed: all of it, or nothing. */
export function register(host: RegisterHost, extension: Extension, request: SipRequest, flow: Flow): void {
  const { settings } = host.snapshot();
  const answer = (status: number, headers: Headers): void => {
    const response = respondTo(request, status, { source: flow.remote, toTag: newTag(host.random), headers });
    host.perform(host.transactions.respondOnce(request, flow, response, host.now()));
  };
  const applied = applyRegister({
    bindings: host.bindings.of(extension.number),
    request,
    flow,
    extension: extension.number,
    limits: {
      bindings: settings.bindingsPerExtension,
      minSeconds: settings.minExpiresSeconds,
      maxSeconds: settings.maxExpiresSeconds,
      defaultSeconds: settings.maxExpiresSeconds,
    },
    trustedEdge: inNetworks(settings.trustedEdges, flow.remote.address),
    ownHosts: [...settings.domains, flow.local.address],
    now: host.wall(),
  });
  if (!applied.ok) {
    const reason = applied.error.text;
    host.effect({
      do: 'report',
      event: { kind: 'registration-refused', extension: extension.number, flow, reason },
    });
    return answer(applied.error.status, applied.error.headers);
  }
  const { bindings, added, refreshed, removed, headers } = applied.value;
  const flowBefore = new Map(host.bindings.of(extension.number).map(({ key, flow: old }) => [key, old]));
  if (added.length + refreshed.length + removed.length > 0) host.bindings.replace(extension.number, bindings);
  const back = refreshed.filter(({ key }) => isUnconnected(flowBefore.get(key) ?? flow));
  for (const { contact, expiresAt, registeredAt, userAgent } of [...added, ...back]) {
    const expiresSeconds = Math.round((expiresAt - registeredAt) / 1_000);
    host.effect({
      do: 'report',
      event: { kind: 'registered', extension: extension.number, flow, contact, expiresSeconds, userAgent },
    });
  }
  for (const binding of [...added, ...refreshed]) {
    host.deviceSeen(binding);
    const before = flowBefore.get(binding.key);
    const wasAway = before !== undefined && isUnconnected(before);
    if (!wasAway && (before === undefined || !isSameFlow(before, binding.flow))) {
      host.calls.phoneMoved(binding, before);
    }
    if (before === undefined || wasAway) host.phoneBack(binding, before);
  }
  for (const binding of removed) {
    const { contact } = binding;
    const because = isWaiting(binding) ? 'connection-closed' : 'asked';
    host.effect({
      do: 'report',
      event: { kind: 'unregistered', extension: extension.number, contact, because },
    });
  }
  answer(200, headers);
}
