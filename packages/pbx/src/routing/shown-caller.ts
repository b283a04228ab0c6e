import { dialForm, type FinalNumber, readFinalNumber, type TrunkRoute } from '@ringwall/policy';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf, type OutsideParty } from '../call/party.ts';
import type { Dialling } from '../snapshot/dialling.ts';
import type { Trunk } from '../snapshot/trunk.ts';
import type { Forwarded } from '../trunk/forwarding.ts';
import type { ShownCaller } from '../trunk/invitation.ts';

/**
 * Who is shown as the caller to the outside. Who called at first, where a call is forwarded and both the route and the
 * trunk say so; else the route's number, before the extension's, and that before the trunk's. Where nobody set any it
 * is the extension's own: a From without a user is refused by many (RFC 3261 8.1.1.3 has one for each caller).
 */
export function shownCaller(
  wish: OutsideWish,
  route: Pick<TrunkRoute, 'callerId' | 'showsOriginal'> | undefined,
  trunk: Trunk,
  { policy }: Dialling,
): ShownCaller {
  const extension = extensionOf(wish.by);
  const { number: ofTrunk, format } = trunk.caller;
  const chosen = route?.callerId ?? extension?.calling.callerId ?? ofTrunk;
  const own = chosen === '' ? (extension?.number ?? 'anonymous') : written(chosen, format, policy);
  const forwarded = forwardedOf(wish, own);
  const original = route?.showsOriginal && trunk.originalCaller ? originalOf(wish) : undefined;
  if (original === undefined) return { number: own, name: extension?.name ?? '', forwarded };
  return { number: written(original.number, format, policy), name: original.name, forwarded };
}

/** Somebody outside who says who he is. */
function originalOf({ cause, talker }: OutsideWish): OutsideParty | undefined {
  if (!isForwarding(cause) || talker?.kind !== 'outside' || talker.number === '') return undefined;
  return talker;
}

function forwardedOf({ cause, talker }: OutsideWish, by: string): Forwarded | undefined {
  if (!isForwarding(cause)) return undefined;
  const before = talker?.kind === 'outside' ? (talker.diversions ?? 0) : 0;
  return { by, why: cause === 'rule' ? 'rule' : 'redirect', times: before + 1 };
}

/** Who transfers a call speaks for himself: nobody else was called. */
function isForwarding(cause: OutsideWish['cause']): boolean {
  return cause === 'rule' || cause === 'redirect' || cause === 'forward';
}

/** As the trunk wants it; what no number is made of, such as the name of an account, stays as it is. */
function written(text: string, format: Trunk['caller']['format'], policy: Dialling['policy']): string {
  const number = knownNumber(text, policy) ?? knownNumber(`+${text}`, policy);
  return number === undefined ? text : dialForm(number, format, policy.home);
}

/** @returns `undefined` if it is none that is given to anybody. */
export function knownNumber(text: string, { home }: Dialling['policy']): FinalNumber | undefined {
  const read = readFinalNumber(text, home);
  return read.ok && read.value.numberClass !== 'unknown' ? read.value.number : undefined;
}
