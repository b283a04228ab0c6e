import { type Random, randomHex } from '@ringwall/base';
import {
  answerChallenge,
  Headers,
  type RequestDraft,
  type SipResponse,
  type TransactionId,
} from '@ringwall/sip';

/** Whoever has a request sent, and hears what comes of it. */
export interface Asker {
  /** The request went out again with credentials, under this CSeq number. */
  sentAgain(seq: number): void;
  /** `first` is the transaction that the request was sent in at first: the name by which the asker knows it. */
  response(first: TransactionId, response: SipResponse): void;
  /** No response came, or the connection broke. */
  noResponse(first: TransactionId): void;
}

export interface PhoneRequestsOptions {
  readonly random: Random;
  readonly authId: string;
  readonly password: string;
  /** Opens a transaction: `opened` learns its id before anything can come of it. */
  readonly open: (draft: RequestDraft, opened: (id: TransactionId) => void) => TransactionId;
}

/** A request that was challenged once already is not sent a third time. */
interface Asked {
  readonly draft: RequestDraft;
  readonly first: TransactionId;
  readonly authenticated: boolean;
  readonly asker: Asker;
}

/** The requests of the phone that wait for an answer: a challenge is answered once, with the phone's credentials. */
export class PhoneRequests {
  readonly #options: PhoneRequestsOptions;
  readonly #asked = new Map<TransactionId, Asked>();
  readonly #successorOf = new Map<TransactionId, TransactionId>();

  constructor(options: PhoneRequestsOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#asked.size;
  }

  ask(draft: RequestDraft, asker: Asker): TransactionId {
    return this.#send({ draft, authenticated: false, asker });
  }

  /** The transaction that a request is in now: it may have been sent again with credentials. */
  latest(first: TransactionId): TransactionId {
    return this.#successorOf.get(first) ?? first;
  }

  response(id: TransactionId, response: SipResponse): void {
    const asked = this.#asked.get(id);
    if (asked === undefined) return;
    if (response.status === 401 && !asked.authenticated && this.#authenticate(id, asked, response)) return;
    // An INVITE may bring several 2xx; it is forgotten with the call.
    const done = response.status >= 300 || (response.status >= 200 && asked.draft.method !== 'INVITE');
    if (done) this.#asked.delete(id);
    asked.asker.response(asked.first, response);
  }

  noResponse(id: TransactionId): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked?.asker.noResponse(asked.first);
  }

  #send(asked: Omit<Asked, 'first'>, first?: TransactionId): TransactionId {
    return this.#options.open(asked.draft, (id) => this.#asked.set(id, { ...asked, first: first ?? id }));
  }

  /** Sends the request again with credentials, as a new transaction of the same dialog (RFC 3261 22.2). */
  #authenticate(id: TransactionId, asked: Asked, response: SipResponse): boolean {
    const { authId, password, random } = this.#options;
    const { draft, first, asker } = asked;
    const answer = answerChallenge({
      challenges: response.headers.all('www-authenticate'),
      method: draft.method,
      uri: draft.uri,
      username: authId,
      password,
      cnonce: randomHex(random, 8),
      nc: 1,
    });
    if (!answer.ok) return false;
    this.#asked.delete(id);
    const [number, method] = (draft.headers.get('cseq') ?? '').split(' ');
    const seq = Number(number) + 1;
    const headers = new Headers();
    for (const [name, value] of draft.headers)
      headers.append(name, name === 'cseq' ? `${seq} ${method}` : value);
    headers.append('authorization', answer.value.authorization);
    asker.sentAgain(seq);
    const next = this.#send({ draft: { ...draft, headers }, authenticated: true, asker }, first);
    this.#successorOf.set(first, next);
    return true;
  }
}
