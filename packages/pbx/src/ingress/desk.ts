import type { MonotonicMs, Random, WallMs } from '@ringwall/base';
import type { Reason } from '@ringwall/policy';
import {
  type Flow,
  Headers,
  newTag,
  parseReplaces,
  parseTokenList,
  type ResponseDraft,
  respondTo,
  type SipRequest,
  type TransactionEffect,
  type TransactionId,
  type Transactions,
} from '@ringwall/sip';
import type { Calls } from '../call/calls.ts';
import type { FoundLeg } from '../call/calls-host.ts';
import type { AskedNumber } from '../call/call-record.ts';
import type { Planned } from '../call/inputs.ts';
import { inside, isSameExtension } from '../call/party.ts';
import { ALLOWED_METHODS, reasonHeader, SDP_TYPE } from '../call/sending.ts';
import { isTooBrief } from '../call/session-timer.ts';
import type { Effect } from '../effects.ts';
import { Messages } from '../message/messages.ts';
import type { Binding } from '../registrar/binding.ts';
import type { Bindings } from '../registrar/bindings.ts';
import type { Extension, ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import { decideDoor } from './door-facts.ts';
import { userOf } from './identify.ts';
import { register } from './register.ts';
import { behindCode } from '../routing/behind-code.ts';
import { refusedRecord } from './refused-record.ts';

export interface DeskHost {
  readonly random: Random;
  readonly transactions: Transactions;
  readonly calls: Calls;
  readonly messages: Messages;
  readonly bindings: Bindings;
  snapshot(): Snapshot;
  now(): MonotonicMs;
  wall(): WallMs;
  plan(caller: Extension, dialled: string, flow: Flow): Planned;
  /** The same, within the house. */
  planInside(caller: Extension, dialled: string, flow: Flow): Planned;
  isForHelp(dialled: string): boolean;
  /** Is it the BYE of a phone that has heard who calls for help? Then that is over. */
  hangsUpAlert(extension: ExtensionNumber, request: SipRequest): boolean;
  perform(effects: readonly TransactionEffect[]): void;
  effect(effect: Effect): void;
  deviceSeen(binding: Binding): void;
  phoneBack(binding: Binding, before: Flow | undefined): void;
}

/** Extensions that we honour when a request requires them (RFC 3261 8.2.2.3). */
const SUPPORTED_OPTIONS = new Set(['100rel', 'timer', 'replaces', 'norefersub', 'path', 'outbound']);

/** Calls for help of one extension from one address at once: more are no cry for help. */
const MOST_FOR_HELP = 8;

/** What happens to a request whose sender is known: the methods, one by one. */
export class Desk {
  readonly #host: DeskHost;
  takesCalls = true;

  constructor(host: DeskHost) {
    this.#host = host;
  }

  /** A request in a dialog of ours, from the phone of that leg. */
  inDialog(found: FoundLeg, request: SipRequest, flow: Flow): void {
    if (this.#refusesOptions(request, flow)) return;
    const transaction = this.#accept(request, flow);
    if (transaction !== undefined) this.#host.calls.request(found, transaction, request, flow);
  }

  /** A request that was authenticated as `extension`. `found` is the dialog that it names, if there is one. */
  admitted(extension: Extension, request: SipRequest, flow: Flow, found: FoundLeg | undefined): void {
    const { settings } = this.#host.snapshot();
    const decision = decideDoor(extension, request, flow, settings, this.#callsForHelp(request, found));
    if (decision.verdict === 'deny') return this.#refuse(extension, request, flow, decision.because[0].text);
    if (found !== undefined) {
      if (!isSameExtension(found.party, inside(extension))) return this.#answer(request, flow, 481);
      // Keys that were agreed on over TLS are not to be repeated in the clear.
      if (found.flow.transport === 'tls' && flow.transport !== 'tls') return this.#answer(request, flow, 403);
      return this.inDialog(found, request, flow);
    }
    if (request.to.params.has('tag') && request.method !== 'REGISTER') {
      const isOver = request.method === 'BYE' && this.#host.hangsUpAlert(extension.number, request);
      return this.#answer(request, flow, isOver ? 200 : 481);
    }
    if (request.maxForwards === 0) return this.#answer(request, flow, 483);
    if (this.#refusesOptions(request, flow)) return;
    switch (request.method) {
      case 'REGISTER':
        return register(this.#host, extension, request, flow);
      case 'INVITE':
        return this.#invite(extension, request, flow);
      case 'MESSAGE':
        return this.#message(extension, request, flow);
      case 'OPTIONS':
        return this.#answer(request, flow, 200, this.#abilities());
      case 'SUBSCRIBE':
      case 'PUBLISH':
        return this.#answer(request, flow, 489);
      case 'BYE':
      case 'UPDATE':
      case 'PRACK':
      case 'INFO':
        return this.#answer(request, flow, 481);
      case 'REFER':
      case 'NOTIFY':
        return this.#answer(request, flow, 405, new Headers().append('allow', ALLOWED_METHODS));
      default:
        return this.#answer(request, flow, 501);
    }
  }

  /**
   * A call for help by a phone that was once let in as this extension, and cannot log in any more.
   *
   * @returns false if it is anything else, or comes from where the extension may not be: nothing was done.
   */
  help(extension: Extension, request: SipRequest, flow: Flow): boolean {
    if (!this.#callsForHelp(request, undefined)) return false;
    const { settings } = this.#host.snapshot();
    if (decideDoor(extension, request, flow, settings, true).verdict === 'deny') return false;
    if (!this.#refusesOptions(request, flow)) this.#invite(extension, request, flow);
    return true;
  }

  /** A new call to an emergency number, or anything in a call that was one: not a call that takes another's place. */
  #callsForHelp(request: SipRequest, found: FoundLeg | undefined): boolean {
    if (found !== undefined) return found.isForHelp;
    const isNew = request.method === 'INVITE' && !request.to.params.has('tag');
    return isNew && !request.headers.has('replaces') && this.#host.isForHelp(userOf(request.uri));
  }

  /** RFC 3261 8.2.2.3: refuses what requires an extension that we do not have. */
  #refusesOptions(request: SipRequest, flow: Flow): boolean {
    const unsupported = request.headers
      .all('require')
      .flatMap((value) => parseTokenList(value))
      .filter((option) => !SUPPORTED_OPTIONS.has(option));
    if (unsupported.length > 0) {
      this.#answer(request, flow, 420, new Headers().append('unsupported', unsupported.join(', ')));
    }
    return unsupported.length > 0;
  }

  #abilities(): Headers {
    return new Headers()
      .append('allow', `${ALLOWED_METHODS}, REGISTER`)
      .append('accept', SDP_TYPE)
      .append('supported', [...SUPPORTED_OPTIONS].join(', '));
  }

  #accept(request: SipRequest, flow: Flow): TransactionId | undefined {
    const transaction = this.#host.transactions.accept(request, flow, this.#host.now());
    if (transaction === undefined) this.#answer(request, flow, 503, new Headers().append('retry-after', '5'));
    return transaction;
  }

  /** The answer to a request that needs nothing more than one. */
  #answer(request: SipRequest, flow: Flow, status: number, headers = new Headers()): void {
    const { random, transactions } = this.#host;
    const response: ResponseDraft = respondTo(request, status, {
      source: flow.remote,
      toTag: newTag(random),
      headers,
    });
    if (request.method !== 'INVITE') {
      return this.#host.perform(transactions.respondOnce(request, flow, response, this.#host.now()));
    }
    const transaction = transactions.accept(request, flow, this.#host.now());
    if (transaction === undefined)
      return this.#host.perform(transactions.respondStateless(request, flow, response));
    this.#host.perform(transactions.respond(transaction, response, this.#host.now()));
  }

  /** 403 without a word of why: the reason is for the administrator. */
  #refuse(extension: Extension, request: SipRequest, flow: Flow, reason: string): void {
    if (request.method === 'REGISTER') {
      this.#host.effect({
        do: 'report',
        event: { kind: 'registration-refused', extension: extension.number, flow, reason },
      });
    } else if (request.method === 'INVITE') {
      this.#refuseCall(extension, request, flow, 403, { reason });
      return;
    }
    this.#answer(request, flow, 403);
  }

  /** A call that never began is kept all the same: who tried what, and why not. */
  #refuseCall(
    extension: Extension,
    request: SipRequest,
    flow: Flow,
    status: number,
    {
      reason,
      because,
      asked,
    }: {
      readonly reason: string;
      readonly because?: readonly Reason[];
      readonly asked?: AskedNumber | undefined;
    },
  ): void {
    const { random } = this.#host;
    const dialled = userOf(request.uri);
    const behind = behindCode(dialled, extension, this.#host.snapshot());
    const record = refusedRecord(random, {
      party: inside(extension),
      dialled: behind?.shown ?? dialled,
      flow,
      status,
      reason,
      because,
      asked: behind === undefined ? asked : undefined,
      wall: this.#host.wall(),
    });
    this.#host.effect({ do: 'save-call-record', record });
    this.#host.effect({ do: 'report', event: { kind: 'call-ended', record } });
    // What the call policy said is about the number, which the caller may know; how trunks fare is for administrators.
    const isTold = because !== undefined && status < 500;
    this.#answer(request, flow, status, isTold ? reasonHeader(status, reason) : new Headers());
  }

  #invite(extension: Extension, request: SipRequest, flow: Flow): void {
    const { calls } = this.#host;
    const { settings } = this.#host.snapshot();
    if (!this.takesCalls) return this.#answer(request, flow, 503, new Headers().append('retry-after', '30'));
    if (isTooBrief(request, settings)) {
      return this.#answer(
        request,
        flow,
        422,
        new Headers().append('min-se', String(settings.minSessionExpiresSeconds)),
      );
    }
    const replaces = request.headers.has('replaces');
    const plan = replaces ? undefined : this.#host.plan(extension, userOf(request.uri), flow);
    const isForHelp = plan?.ok === true && plan.emergency !== undefined;
    const full = isForHelp ? this.#fullOfHelp(extension, flow) : this.#fullness(extension);
    if (full !== undefined) {
      return this.#refuseCall(extension, request, flow, full.status, {
        reason: full.reason,
        asked: plan?.asked,
      });
    }
    if (plan === undefined) return this.#inviteReplacing(extension, request, flow);
    if (!plan.ok) return this.#refuseCall(extension, request, flow, plan.status, plan);
    const transaction = this.#accept(request, flow);
    if (transaction === undefined) return;
    calls.start(inside(extension), request, transaction, flow, plan);
  }

  /** Has the house, or the extension, as many calls as it may? */
  #fullness(extension: Extension): { readonly status: number; readonly reason: string } | undefined {
    const { calls } = this.#host;
    const { settings } = this.#host.snapshot();
    if (calls.active >= settings.callsAtOnce) {
      return { status: 503, reason: 'As many calls as the settings allow are in progress' };
    }
    return calls.countOf(extension) >= settings.callsPerExtension
      ? { status: 486, reason: 'The extension has as many calls as the settings allow' }
      : undefined;
  }

  /** Each of them may end a call of somebody else. Told by address, so that no thief keeps the owner from calling. */
  #fullOfHelp(extension: Extension, { remote }: Flow) {
    if (this.#host.calls.countForHelp(extension, remote.address) < MOST_FOR_HELP) return undefined;
    return {
      status: 486,
      reason: `${MOST_FOR_HELP} calls for help of the extension come from there already`,
    };
  }

  /** RFC 3891 3: only the owner of a leg may put another phone of his in its place. */
  #inviteReplacing(extension: Extension, request: SipRequest, flow: Flow): void {
    const { calls } = this.#host;
    const named = request.headers.all('replaces');
    const replaces = named.length === 1 ? parseReplaces(named[0] ?? '') : undefined;
    if (replaces === undefined) return this.#answer(request, flow, 400);
    // In Replaces, to-tag is the tag of the party that is asked to replace: ours (RFC 3891 6.1).
    const found = calls.find(replaces.callId, replaces.toTag, replaces.fromTag);
    if (found === undefined) return this.#answer(request, flow, 481);
    if (!isSameExtension(found.party, inside(extension))) {
      return this.#refuseCall(extension, request, flow, 403, {
        reason: 'Replaces names a call of another extension',
      });
    }
    if (replaces.earlyOnly) return this.#answer(request, flow, 486);
    const transaction = this.#accept(request, flow);
    if (transaction !== undefined) calls.startReplacing(inside(extension), request, transaction, flow, found);
  }

  #message(extension: Extension, request: SipRequest, flow: Flow): void {
    const { messages } = this.#host;
    const refusal = Messages.refusal(request);
    if (refusal !== undefined) return this.#answer(request, flow, refusal);
    const plan = this.#host.planInside(extension, userOf(request.uri), flow);
    if (!plan.ok) return this.#answer(request, flow, plan.status);
    const transaction = this.#accept(request, flow);
    if (transaction === undefined) return;
    const { settings } = this.#host.snapshot();
    messages.deliver(extension, settings.domains[0] ?? flow.local.address, request, transaction, flow, plan);
  }
}
