import { parseNameAddr, type SipResponse } from '@ringwall/sip';
import { isForUs, userOf } from '../ingress/identify.ts';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import { type Call, getLeg, waitingLeg, type Work } from './call.ts';
import type { Redirection } from './call-record.ts';
import type { CallInput, Planned, Stage } from './inputs.ts';
import type { Leg } from './leg.ts';
import { extensionOf, numberOf, sideOfHouse } from './party.ts';
import { calleeFailed, ringBeside, ringStages } from './ringing.ts';
import { tellOfHelp } from './emergency.ts';
import { noteAsked, noteReasons } from './write-record.ts';

/**
 * Call forwarding that is set on a phone: it answers with a 3xx and where to call instead (RFC 3261 8.1.3.4, 21.3).
 * The PBX rings there itself, all contacts at once whatever their q; the caller's phone never sees them. Each is
 * planned as if the extension that forwards had dialled it, so a phone can open no way that its owner does not have.
 */

/** Of one call; those that were refused count too. */
const MOST_REDIRECTIONS = 5;

/** 305 and 380 name something other than a number to call (RFC 3261 21.3.4, 21.3.5). */
const FORWARDING: ReadonlySet<number> = new Set([300, 301, 302]);

/** @returns false if the response forwards to nobody of ours: it is then a refusal like any other. */
export function redirected(work: Work, leg: Leg, response: SipResponse): boolean {
  if (leg.party.kind === 'outside' && !leg.party.trunk.transfersAllowed) return false;
  if (!FORWARDING.has(response.status) || (leg.state !== 'inviting' && leg.state !== 'ringing')) return false;
  const contacts = response.headers.all('contact').slice(0, MOST_REDIRECTIONS);
  const dialled = new Set(contacts.flatMap((contact) => numberOfOurs(contact, leg, work.context.settings)));
  if (dialled.size === 0) return false;
  const { status } = response;
  const from = sideOfHouse(waitingLeg(work.call)?.party);
  work.effects.push({ do: 'plan-redirection', leg: leg.id, status, dialled: [...dialled], from });
  return true;
}

function numberOfOurs(contact: string, leg: Leg, settings: PbxSettings): string[] {
  const uri = parseNameAddr(contact)?.uri;
  const number = uri !== undefined && isForUs(uri, leg.flow, settings) ? userOf(uri) : '';
  return number === '' ? [] : [number];
}

/** The plans have come: the phones that they lead to ring beside those that ring already. */
export function redirectionPlanned(work: Work, input: CallInput & { kind: 'redirection-planned' }): void {
  const { call } = work;
  const leg = getLeg(call, input.leg);
  for (const plan of input.plans) {
    if (call.redirections.length >= MOST_REDIRECTIONS) break;
    const stages = plan.ok ? stagesLeft(call, leg, plan) : [];
    const refused = plan.ok ? (stages.length === 0 ? BEEN_THERE : undefined) : plan.reason;
    const redirection: Redirection = { by: numberOf(leg.party), to: plan.dialled, refused };
    call.redirections = [...call.redirections, redirection];
    noteReasons(call, plan.because);
    noteAsked(call, plan);
    if (!plan.ok || refused !== undefined) continue;
    // Every trunk is to be tried, one after the other.
    if (plan.emergency === undefined) ringBeside(work, stages);
    else {
      tellOfHelp(work, plan.emergency);
      ringStages(work, stages);
    }
  }
  calleeFailed(work, leg, input.status);
}

/** In words for the administrator. */
const BEEN_THERE = 'The call had been there before';

/** Without those whom the call came from or by, or was sent to before: of a ring group the others are left. */
function stagesLeft(call: Call, leg: Leg, { dialled, stages }: Planned & { ok: true }): readonly Stage[] {
  const cameBy = [leg, waitingLeg(call)].flatMap((each) => extensionOf(each?.party)?.number ?? []);
  const sent = call.redirections.flatMap(({ by, to, refused }) => (refused === undefined ? [by, to] : [by]));
  const been = new Set<string>([...cameBy, ...sent]);
  if (been.has(dialled)) return [];
  return stages.flatMap((stage) => {
    const targets = stage.targets.filter(
      (target) => !been.has(target.kind === 'phone' ? target.extension.number : target.party.number),
    );
    return targets.length === 0 ? [] : [{ ...stage, targets }];
  });
}
