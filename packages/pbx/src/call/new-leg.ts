import { assert, inNetworks, type Random, randomBelow, randomHex } from '@ringwall/base';
import type { LegId } from '@ringwall/media';
import {
  type Flow,
  isSameFlow,
  formatSipUri,
  Headers,
  newCallId,
  newTag,
  type SipRequest,
  type TransactionId,
  uasDialog,
} from '@ringwall/sip';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import { trunkInvitation } from '../trunk/invitation.ts';
import { type Call, type Work, waitingLeg } from './call.ts';
import type { PhoneTarget, StepContext, Target, TrunkTarget } from './inputs.ts';
import type { Invitation, Leg, ReliableState } from './leg.ts';
import { NO_KEYS } from './leg-keys.ts';
import { newLegMedia } from './leg-media.ts';
import { inside, numberOf, type Party } from './party.ts';
import { asksToBeHidden, PRIVACY, shownAddr, shownUser } from './privacy.ts';

/** The address that a peer at the other end of the flow can reach us at: ours on the LAN, else the public one. */
export function reachableAddress(flow: Flow, settings: PbxSettings): string {
  if (settings.publicAddress === undefined || inNetworks(settings.lanNetworks, flow.remote.address)) {
    return flow.local.address;
  }
  return settings.publicAddress;
}

export function hostText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Our Contact on a flow: a URI that leads back over the same transport. */
export function contactFor(user: string, flow: Flow, settings: PbxSettings): string {
  const host = hostText(reachableAddress(flow, settings));
  const transport = flow.transport === 'udp' ? '' : `;transport=${flow.transport}`;
  return `<sip:${user}@${host}:${flow.local.port}${transport}>`;
}

/** RFC 3261 8.1.1.6. */
const MOST_FORWARDS = 70;

export function newLegId(random: Random): LegId {
  return randomHex(random, 8) as LegId;
}

/** RFC 8866 5.2: any number that is unlikely to repeat; it must fit readers that keep it in 31 bits. */
export function newSessionId(random: Random): string {
  return String(1 + randomBelow(random, 2 ** 31 - 1));
}

const NOTHING_RELIABLE: ReliableState = {
  sentSeq: 0,
  awaitingPrack: false,
  answerAcknowledged: false,
  acknowledged: new Map(),
  answeredBy: undefined,
};

function baseLeg(
  context: StepContext,
  party: Party,
  flow: Flow,
  contactUser: string,
): Omit<
  Leg,
  | 'maxSeconds'
  | 'limited'
  | 'isForHelp'
  | 'hidden'
  | 'role'
  | 'dialog'
  | 'invitation'
  | 'pendingInvite'
  | 'replaces'
> {
  const { random, settings } = context;
  return {
    id: newLegId(random),
    party,
    state: 'opening',
    flow,
    contact: contactFor(contactUser, flow, settings),
    contactUser,
    reinviting: false,
    waitingAfterGlare: false,
    farewell: undefined,
    media: newLegMedia(reachableAddress(flow, settings), newSessionId(random)),
    relay: 'opening',
    relayFailure: undefined,
    sessionTimer: undefined,
    reliable: NOTHING_RELIABLE,
    keys: NO_KEYS,
    startedAt: context.wall,
    answeredAt: undefined,
    endedAt: undefined,
    statistics: undefined,
    failure: undefined,
    endsAt: undefined,
    proof: undefined,
  };
}

/** The phone is at the other end of another flow now, as it has proven. */
export function moveLeg(context: StepContext, leg: Leg, flow: Flow): void {
  if (isSameFlow(flow, leg.flow)) return;
  leg.flow = flow;
  if (leg.dialog !== undefined) leg.dialog = { ...leg.dialog, flow };
  leg.contact = contactFor(leg.contactUser, flow, context.settings);
}

/** The leg of whoever sent us an INVITE. */
export function newCallerLeg(
  context: StepContext,
  party: Party,
  request: SipRequest,
  transaction: TransactionId,
  flow: Flow,
  replaces?: LegId,
): Leg {
  return {
    ...baseLeg(context, party, flow, numberOf(party)),
    hidden: asksToBeHidden(request),
    role: 'caller',
    maxSeconds: undefined,
    limited: undefined,
    isForHelp: false,
    dialog: uasDialog({ request, localTag: newTag(context.random), flow }),
    invitation: undefined,
    pendingInvite: { transaction, request, answered: false, awaitingAnswer: false },
    replaces,
  };
}

/** A leg for one phone of the called extension, or for a trunk; its INVITE follows when it has ports. */
export function newCalleeLeg(work: Work, target: Target): Leg {
  const { context, call } = work;
  // In a transfer too, who waits is whom the new party will talk with, so that is whose name it sees.
  const waiting = waitingLeg(call);
  assert(waiting !== undefined, 'a phone that rings for nobody');
  // The emergency services are to see who calls, whatever he asked for.
  const hidden = waiting.hidden && !(target.kind === 'trunk' && target.isForHelp);
  const invited =
    target.kind === 'phone' ? invitePhone(context, target, waiting) : inviteTrunk(target, hidden);
  const limited = limitedOf(call, target);
  const invitation: Invitation = {
    ...invited.invitation,
    hidden,
    maxForwards: forwardsLeft(waiting),
    callId: newCallId(context.random),
    localTag: newTag(context.random),
    cseq: 0,
    minSessionExpires: 0,
    offer: undefined,
  };
  return {
    ...baseLeg(
      context,
      invited.party,
      target.kind === 'phone' ? target.binding.flow : target.flow,
      invited.contactUser,
    ),
    hidden: false,
    role: 'callee',
    maxSeconds: shortest(
      target.kind === 'trunk' ? target.maxSeconds : undefined,
      ...capsBefore(call, limited),
    ),
    limited,
    isForHelp: target.kind === 'trunk' && target.isForHelp === true,
    dialog: undefined,
    invitation,
    pendingInvite: undefined,
    replaces: undefined,
  };
}

/** Of who waits in a transfer the INVITE is long over: that call begins anew. */
function forwardsLeft({ pendingInvite }: Leg): number {
  const came = pendingInvite?.request.maxForwards ?? MOST_FORWARDS + 1;
  return Math.max(0, Math.min(MOST_FORWARDS, came - 1));
}

/**
 * A leg that follows one which failed, through another trunk, is the same for the limits. Legs to one number that ring
 * or talk side by side are calls of their own, and so are those of different extensions: nobody leaves on what another
 * was granted.
 */
function limitedOf({ id, legs }: Call, target: Target): Leg['limited'] {
  if (target.kind === 'phone' || target.limited === undefined) return undefined;
  const { extension, destination } = target.limited;
  const taken = new Set(
    legs.flatMap(({ limited, state }) => (state === 'ended' || state === 'cancelling' ? [] : limited?.id)),
  );
  const named = (place: number): string => `${id} ${extension} ${destination.number} ${place}`;
  let place = 1;
  while (taken.has(named(place))) place++;
  return { id: named(place), ...target.limited };
}

/** What the limits have allowed a leg through another trunk holds for the one that follows it. */
function capsBefore({ legs }: Call, limited: Leg['limited']): Leg['maxSeconds'][] {
  if (limited === undefined) return [];
  return legs.flatMap((leg) => (leg.limited?.id === limited.id ? [leg.maxSeconds] : []));
}

function shortest(...limits: readonly (number | undefined)[]): number | undefined {
  const set = limits.filter((each) => each !== undefined);
  return set.length === 0 ? undefined : Math.min(...set);
}

interface Invited {
  readonly party: Party;
  readonly contactUser: string;
  readonly invitation: Pick<Invitation, 'requestUri' | 'routes' | 'localAddr' | 'remoteAddr' | 'identity'>;
}

function invitePhone(context: StepContext, { binding, extension }: PhoneTarget, waiting: Leg): Invited {
  const { party: caller, hidden } = waiting;
  const host = context.settings.domains[0] ?? hostText(reachableAddress(binding.flow, context.settings));
  const identity = new Headers();
  if (hidden) identity.append('privacy', PRIVACY);
  return {
    party: inside(extension),
    contactUser: shownUser(caller, hidden),
    invitation: {
      requestUri: binding.contact,
      routes: binding.path,
      localAddr: shownAddr(caller, hidden, host),
      remoteAddr: `<${formatSipUri({ user: extension.number, host })}>`,
      identity,
    },
  };
}

function inviteTrunk({ party, dial, shown, routes, contactUser }: TrunkTarget, hidden: boolean): Invited {
  const invitation = { ...trunkInvitation(party.trunk, dial, shown, hidden), routes };
  return { party, contactUser, invitation };
}

/** Asks for the leg's ports, in the media thread of the first leg: the sound of one call need not cross threads. */
export function openLeg(work: Work, leg: Leg): void {
  const family = leg.media.address.includes(':') ? 6 : 4;
  const [first] = work.call.legs;
  const near = first === undefined || first === leg ? {} : { near: first.id };
  work.effects.push({ do: 'media', command: { do: 'open-leg', leg: leg.id, family, ...near } });
}
