import { type Random, randomBelow } from '@ringwall/base';
import { type Flow, isSameFlow, parseContacts, parseDeltaSeconds, type SipResponse } from '@ringwall/sip';
import type { Trunk } from '../snapshot/trunk.ts';
import { accepted, type Proof, proofFor, readsAsRefusal } from './proof.ts';

/**
 * What a trunk does so that calls can pass: it finds the provider, registers there if it is to, asks now and then
 * whether the provider lives (between two registrations too), and tries again for ever when it does not. Pure: the state and an input give the next
 * state and what is to be done.
 */
export interface TrunkLink {
  readonly phase: LinkPhase;
  /** Where the provider is reached; undefined: not yet, or not any more. */
  readonly flow: Flow | undefined;
  /** Where it was reached last, perhaps in vain since: for calls that must try everything. */
  readonly lastFlow: Flow | undefined;
  /** Every address that the provider's name resolves to: requests from there may be its own. */
  readonly addresses: readonly string[];
  /** Proof of the request under way, or of the last that was accepted. */
  readonly proof: Proof | undefined;
  /** Route values that the registrar wants on our requests (RFC 3608). */
  readonly serviceRoute: readonly string[];
  /** How often in a row it failed. */
  readonly failures: number;
  /** How often in a row the password was refused. */
  readonly refusals: number;
  /** A call, or OPTIONS, got no answer, and the provider has not said yet whether it lives. */
  readonly doubted: boolean;
  /** Of one that we register with: what became of OPTIONS between two registrations. */
  readonly options: AskedByOptions;
  /** Asked for with 423. */
  readonly minSeconds: number;
  /** Why it is not up, one sentence; `''`: it is, or nothing was tried yet. */
  readonly problem: string;
}

export interface AskedByOptions {
  readonly everAnswered: boolean;
  /** How often in a row it did not answer. */
  readonly missed: number;
  /** The next is waited for, or out. */
  readonly isPlanned: boolean;
}

export type LinkPhase =
  | 'off'
  /** Its name is resolved, or a connection is made. */
  | 'reaching'
  /** REGISTER, or the first OPTIONS, is out. */
  | 'asking'
  | 'up'
  /** It failed, and is tried again later. */
  | 'waiting'
  /** The provider refuses the password: only an administrator can help, and trying on would lock the account. */
  | 'refused';

export type LinkInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | {
      readonly kind: 'reached';
      readonly flow: Flow;
      readonly addresses: readonly string[];
      /** How long the DNS says that this holds; undefined: for good. */
      readonly ttlSeconds?: number | undefined;
    }
  /** What the DNS said is over. */
  | { readonly kind: 'look-again' }
  /** A call through it got no answer. */
  | { readonly kind: 'suspect' }
  | { readonly kind: 'unreachable'; readonly text: string }
  | { readonly kind: 'response'; readonly response: SipResponse }
  | { readonly kind: 'no-response' }
  /** Of OPTIONS between two registrations. */
  | { readonly kind: 'options-answered'; readonly status: number }
  | { readonly kind: 'options-silent' }
  | { readonly kind: 'options-due' }
  | { readonly kind: 'timer' }
  | { readonly kind: 'flow-closed' };

export type LinkEffect =
  /** Resolve, and connect if it is a stream. `avoid`: what did not answer. `keep`: stays, if the DNS still names it. */
  | { readonly do: 'reach'; readonly avoid: Flow | undefined; readonly keep?: Flow | undefined }
  /** Come back with `look-again`. */
  | { readonly do: 'look-again'; readonly ms: number }
  /** REGISTER for so many seconds, 0 to sign off. */
  | { readonly do: 'register'; readonly seconds: number; readonly proof: Proof | undefined }
  /** OPTIONS. */
  | { readonly do: 'ping' }
  /** Come back with `options-due`. */
  | { readonly do: 'ping-later'; readonly ms: number }
  /** Come back with `timer`. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'report'; readonly state: 'up' | 'down' | 'refused'; readonly text: string };

export const LINK_OFF: TrunkLink = {
  phase: 'off',
  flow: undefined,
  lastFlow: undefined,
  addresses: [],
  proof: undefined,
  serviceRoute: [],
  failures: 0,
  refusals: 0,
  doubted: false,
  options: { everAnswered: false, missed: 0, isPlanned: false },
  minSeconds: 0,
  problem: '',
};

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;
/** Between two OPTIONS to a provider that does not answer them. */
const SELDOM_MS = 3_600_000;
/** Times in a row that a password is refused before we stop: providers lock accounts, and blacklist addresses. */
const MOST_REFUSALS = 3;
/** After a look at the DNS that failed. */
const LOOK_AGAIN_MS = 60_000;
const SHORTEST_SECONDS = 30;
const LONGEST_MIN_SECONDS = 86_400;
const MOST_ROUTES = 8;

/** Is the provider there, as far as is known? */
export function isAlive({ phase, doubted }: TrunkLink): boolean {
  return phase === 'up' && !doubted;
}

export function linkStep(
  link: TrunkLink,
  input: LinkInput,
  trunk: Trunk,
  random: Random,
): { readonly link: TrunkLink; readonly effects: readonly LinkEffect[] } {
  switch (input.kind) {
    case 'start':
      return reach({ ...LINK_OFF, lastFlow: link.lastFlow }, undefined);
    case 'stop':
      return stop(link, trunk);
    case 'reached':
      return found(link, input, trunk);
    case 'look-again':
      if (link.phase !== 'up' && link.phase !== 'waiting') return same(link);
      return { link, effects: [{ do: 'reach', avoid: undefined, keep: link.flow }] };
    case 'suspect':
      return link.phase === 'up' && asks(trunk) ? ask({ ...link, doubted: true }, trunk) : same(link);
    case 'unreachable':
      // What was found before holds until something else is: the DNS may be away for a while.
      if (link.phase === 'up') return { link, effects: [{ do: 'look-again', ms: LOOK_AGAIN_MS }] };
      if (link.phase !== 'reaching') return same(link);
      return failed(link, input.text, random);
    case 'flow-closed':
      if (link.phase === 'off' || link.phase === 'refused') return same({ ...link, flow: undefined });
      return failed(link, 'The provider closed the connection', random);
    case 'no-response':
      if (link.phase !== 'asking' && link.phase !== 'up') return same(link);
      return failed(link, 'The provider does not answer', random);
    case 'response':
      return answered(link, input.response, trunk, random);
    case 'options-due':
      return link.phase === 'up' ? { link, effects: [{ do: 'ping' }] } : same(link);
    case 'options-answered':
      if (link.phase !== 'up') return same(link);
      if (standsForADeadOne(input.status)) return optionsMissed(link, trunk);
      return planOptions({ ...link, options: { ...link.options, everAnswered: true, missed: 0 } }, trunk);
    case 'options-silent':
      return link.phase === 'up' ? optionsMissed(link, trunk) : same(link);
    case 'timer':
      if (link.phase === 'waiting') return reach(link, link.flow);
      return link.phase === 'up' ? ask(link, trunk) : same(link);
  }
}

function same(link: TrunkLink) {
  return { link, effects: [] };
}

function reach(link: TrunkLink, avoid: Flow | undefined) {
  const effects: LinkEffect[] = [{ do: 'reach', avoid }];
  return { link: { ...link, phase: 'reaching' as const, flow: undefined }, effects };
}

/** The first time, or looked at again: a trunk that is up moves only if the DNS does not name its place any more. */
function found(
  link: TrunkLink,
  { flow, addresses, ttlSeconds }: LinkInput & { kind: 'reached' },
  trunk: Trunk,
) {
  const again: LinkEffect[] =
    ttlSeconds === undefined
      ? []
      : [{ do: 'look-again', ms: Math.max(SHORTEST_SECONDS, ttlSeconds) * 1_000 }];
  const next: TrunkLink = { ...link, flow, lastFlow: flow, addresses };
  const stays = link.flow !== undefined && isSameFlow(link.flow, flow);
  if (link.phase === 'waiting' || (link.phase === 'up' && stays)) {
    return { link: link.phase === 'up' ? next : { ...link, addresses }, effects: again };
  }
  if (link.phase !== 'reaching' && link.phase !== 'up') return same(link);
  const asked = ask(next, trunk);
  return { link: asked.link, effects: [...asked.effects, ...again] };
}

/** Do we ever ask it whether it lives? */
function asks({ kind, optionsSeconds }: Trunk): boolean {
  return kind === 'register' || optionsSeconds > 0;
}

/** Plans the next OPTIONS to one that we register with: at the pace that is set, more seldom if it does not answer them. */
function planOptions(link: TrunkLink, { kind, optionsSeconds }: Trunk) {
  if (kind !== 'register' || optionsSeconds === 0) return same(link);
  const usualMs = optionsSeconds * 1_000;
  const seldomMs = Math.min(SELDOM_MS, usualMs * 2 ** Math.min(link.options.missed, 12));
  const effects: LinkEffect[] = [{ do: 'ping-later', ms: Math.max(usualMs, seldomMs) }];
  return { link: { ...link, options: { ...link.options, isPlanned: true } }, effects };
}

/**
 * Many providers never answer OPTIONS: silence alone says nothing. The registration that is asked for at once does; until
 * then one that used to answer is in doubt.
 */
function optionsMissed(link: TrunkLink, trunk: Trunk) {
  const { everAnswered, missed } = link.options;
  const doubted = link.doubted || (everAnswered && missed === 0);
  return ask({ ...link, doubted, options: { everAnswered, missed: missed + 1, isPlanned: false } }, trunk);
}

/** What a proxy answers for a provider that is behind it no more. */
function standsForADeadOne(status: number): boolean {
  return status === 503 || status === 408;
}

function stop(link: TrunkLink, trunk: Trunk) {
  const signsOff = trunk.kind === 'register' && link.phase === 'up';
  const effects: LinkEffect[] = signsOff ? [{ do: 'register', seconds: 0, proof: link.proof }] : [];
  return { link: { ...LINK_OFF, flow: signsOff ? link.flow : undefined }, effects };
}

/** Registers, or asks whether somebody is there. A refresh leaves the link up meanwhile. */
function ask(
  link: TrunkLink,
  trunk: Trunk,
): { readonly link: TrunkLink; readonly effects: readonly LinkEffect[] } {
  if (!asks(trunk)) return up(link, undefined, []);
  const phase: LinkPhase = link.phase === 'up' ? 'up' : 'asking';
  const effect: LinkEffect =
    trunk.kind === 'register'
      ? { do: 'register', seconds: Math.max(trunk.registerSeconds, link.minSeconds), proof: link.proof }
      : { do: 'ping' };
  return { link: { ...link, phase }, effects: [effect] };
}

function answered(link: TrunkLink, response: SipResponse, trunk: Trunk, random: Random) {
  if (response.status < 200 || (link.phase !== 'asking' && link.phase !== 'up')) return same(link);
  // Whatever it says to OPTIONS, it lives; but for what stands for a dead one behind a proxy.
  if (trunk.kind === 'address') {
    if (standsForADeadOne(response.status)) {
      return failed(link, `The provider answers ${response.status}`, random);
    }
    return up(link, trunk.optionsSeconds * 1_000, []);
  }
  if (response.status === 401 || response.status === 407) return challenged(link, response, trunk, random);
  if (response.status === 423) return tooBrief(link, response, trunk, random);
  if (response.status >= 300) {
    return readsAsRefusal(response.status)
      ? refused(link, `The provider refuses the registration (${response.status})`, random)
      : failed(link, `The provider answers ${response.status}`, random, retryAfterMs(response));
  }
  const seconds = Math.max(SHORTEST_SECONDS, grantedSeconds(response, trunk));
  const routes = response.headers.all('service-route').slice(0, MOST_ROUTES);
  // Well before the end, and not all trunks of all customers at the same instant.
  const refreshMs = seconds * (800 + randomBelow(random, 100));
  const registered = up(link, refreshMs, routes);
  // A refresh does not put off what is planned.
  if (link.phase === 'up' && link.options.isPlanned) return registered;
  const planned = planOptions(registered.link, trunk);
  return { link: planned.link, effects: [...registered.effects, ...planned.effects] };
}

function up(link: TrunkLink, nextMs: number | undefined, serviceRoute: readonly string[]) {
  const effects: LinkEffect[] = nextMs === undefined ? [] : [{ do: 'wait', ms: nextMs }];
  if (link.phase !== 'up') effects.push({ do: 'report', state: 'up', text: '' });
  const settled = { failures: 0, refusals: 0, doubted: false, problem: '' };
  const next: TrunkLink = { ...link, ...settled, phase: 'up', serviceRoute, proof: accepted(link.proof) };
  return { link: next, effects };
}

function challenged(link: TrunkLink, response: SipResponse, trunk: Trunk, random: Random) {
  const proof = proofFor(response, trunk.account, link.proof);
  if (!proof.ok) return refused(link, proof.error, random);
  const seconds = Math.max(trunk.registerSeconds, link.minSeconds);
  const effects: LinkEffect[] = [{ do: 'register', seconds, proof: proof.value }];
  return { link: { ...link, proof: proof.value }, effects };
}

/** RFC 3261 10.3 step 7: the provider wants us to stay longer. */
function tooBrief(link: TrunkLink, response: SipResponse, trunk: Trunk, random: Random) {
  const wanted = Number(response.headers.get('min-expires') ?? '0');
  const isUsable = wanted > Math.max(trunk.registerSeconds, link.minSeconds) && wanted <= LONGEST_MIN_SECONDS;
  if (!isUsable) return failed(link, 'The provider finds the registration too brief (423)', random);
  return ask({ ...link, minSeconds: wanted }, trunk);
}

function failed(link: TrunkLink, problem: string, random: Random, atLeastMs = 0) {
  const failures = link.failures + 1;
  const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
  // Between half of it and all: providers that come back are not met by everybody at once.
  const ms = Math.max(atLeastMs, backOffMs / 2 + randomBelow(random, Math.ceil(backOffMs / 2)));
  const effects: LinkEffect[] = [{ do: 'wait', ms }];
  if (link.phase === 'up' || link.failures === 0)
    effects.push({ do: 'report', state: 'down', text: problem });
  return {
    link: { ...link, phase: 'waiting' as const, proof: undefined, failures, doubted: false, problem },
    effects,
  };
}

function refused(link: TrunkLink, problem: string, random: Random) {
  const refusals = link.refusals + 1;
  if (refusals < MOST_REFUSALS) return failed({ ...link, refusals }, problem, random);
  const effects: LinkEffect[] = [{ do: 'report', state: 'refused', text: problem }];
  return { link: { ...link, phase: 'refused' as const, proof: undefined, refusals, problem }, effects };
}

/** What the registrar grants: in our Contact if it names one of ours, else in Expires (RFC 3261 10.3 step 8). */
function grantedSeconds(response: SipResponse, trunk: Trunk): number {
  const contacts = parseContacts(response.headers.all('contact'));
  const granted = Array.isArray(contacts)
    ? contacts.flatMap(({ params }) => parseDeltaSeconds(params.get('expires') ?? '') ?? [])
    : [];
  const header = parseDeltaSeconds(response.headers.get('expires') ?? '');
  return Math.min(
    trunk.registerSeconds,
    ...(granted.length > 0 ? granted : [header ?? trunk.registerSeconds]),
  );
}

function retryAfterMs(response: SipResponse): number {
  const seconds = parseDeltaSeconds((response.headers.get('retry-after') ?? '').split(/[ ;(]/)[0] ?? '');
  return Math.min(seconds ?? 0, LONGEST_WAIT_MS / 1_000) * 1_000;
}
