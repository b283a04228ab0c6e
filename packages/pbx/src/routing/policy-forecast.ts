import type { WallMs } from '@ringwall/base';
import type { Flow } from '@ringwall/sip';
import type { Planned } from '../call/inputs.ts';
import { inside } from '../call/party.ts';
import type { Binding } from '../registrar/binding.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import type { RunningTrunk } from '../trunk/identify-trunk.ts';
import { LINK_OFF } from '../trunk/link.ts';
import type { CallForecast } from './forecast.ts';
import { OfficeClock } from './office-clock.ts';
import { Router } from './router.ts';

/** Somewhere: nothing is ever sent there. */
const FLOW: Flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 5060 },
  connection: 0,
};

/**
 * What the configuration alone says of a call that an extension would dial at that time: as if every trunk that is
 * enabled were up and had room, every extension had a phone, and nobody had entered a PIN. So the answer is the same today and tomorrow, with the
 * program running or stopped. By the same functions as a call that is made.
 *
 * @returns undefined: there is no such extension.
 */
export function policyForecast(
  snapshot: Snapshot,
  number: ExtensionNumber,
  dialled: string,
  at: WallMs,
): CallForecast | undefined {
  const extension = snapshot.extensions.get(number);
  if (extension === undefined) return undefined;
  return routerOnPaper(snapshot, at).forecast(
    { by: inside(extension), cause: 'dialled', from: 'extension', dialled },
    at,
  );
}

/**
 * What the configuration alone says of a call from outside that a rule leads to a number outside, on the bill of its
 * owner: as above, and as if the office were open for everything, since a rule is there at all hours.
 *
 * @returns undefined: there is no such extension.
 */
export function ledOutsideForecast(
  snapshot: Snapshot,
  { number, owner }: { readonly number: string; readonly owner: string },
  at: WallMs,
): Planned | undefined {
  const extension = snapshot.extensions.get(owner as ExtensionNumber);
  if (extension === undefined) return undefined;
  const { dialling } = snapshot;
  const { policy } = dialling;
  const calls = { ...policy.calls, outOfHours: 'everywhere' } as const;
  const always = { ...snapshot, dialling: { ...dialling, policy: { ...policy, calls } } };
  const wish = { by: inside(extension), cause: 'rule', from: 'trunk', dialled: number } as const;
  return routerOnPaper(always, at).outside(wish, at);
}

function routerOnPaper(snapshot: Snapshot, at: WallMs): Router {
  const trunks = [...snapshot.trunks.values()].map((trunk): RunningTrunk => {
    return { trunk, link: { ...LINK_OFF, phase: 'up', flow: FLOW }, token: '' };
  });
  return new Router({
    snapshot: () => snapshot,
    bindings: (of) => [phoneOf(of, at)],
    trunks: () => trunks,
    refusal: () => undefined,
    wall: () => at,
    officeClock: new OfficeClock(),
    pins: {
      isLocked: ({ calling }) => calling.isPinProtected,
      isUnlocked: () => false,
      barredMinutes: () => undefined,
    },
    unwanted: () => {}, // It is no call.
  });
}

function phoneOf(extension: ExtensionNumber, at: WallMs): Binding {
  const contact = `sip:${extension}@192.0.2.2`;
  return {
    extension,
    contact,
    key: contact,
    instanceId: undefined,
    regId: undefined,
    flow: FLOW,
    path: [],
    callId: '',
    cseq: 1,
    userAgent: '',
    registeredAt: at,
    expiresAt: at,
    behindNat: false,
  };
}
