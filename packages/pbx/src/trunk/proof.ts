import { err, ok, type Random, randomHex, type Result } from '@ringwall/base';
import { answerChallenge, Headers, type RequestDraft, type SipResponse } from '@ringwall/sip';
import type { TrunkAccount } from '../snapshot/trunk.ts';

/** A challenge of the provider's that we answer, and may answer again on later requests without being asked. */
export interface Proof {
  readonly challenges: readonly string[];
  readonly header: 'authorization' | 'proxy-authorization';
  /** How often it was answered: the next count is one higher (RFC 7616 3.4). */
  readonly uses: number;
  /** Answers in a row that did not help. */
  readonly attempts: number;
}

/** Once, and once more where the nonce was only stale: then the password is wrong, or somebody fishes for it. */
const MOST_ATTEMPTS = 2;

/**
 * How a challenge is answered, if it is.
 *
 * @param before the proof that the challenged request had.
 * @returns in words why not.
 */
export function proofFor(
  response: SipResponse,
  account: TrunkAccount | undefined,
  before: Proof | undefined,
): Result<Proof, string> {
  if (account === undefined) return err('The provider asks for a password, and the trunk has none');
  const isProxy = response.status === 407;
  const challenges = response.headers.all(isProxy ? 'proxy-authenticate' : 'www-authenticate');
  const attempts = (before?.attempts ?? 0) + 1;
  if (attempts > MOST_ATTEMPTS) return err('The provider refuses the password');
  const answer = answerChallenge({
    challenges,
    method: 'OPTIONS',
    uri: 'sip:probe.invalid',
    username: account.user,
    password: account.password,
    cnonce: 'probe',
    nc: 1,
    realm: account.realm,
  });
  if (!answer.ok) return err(`The challenge of the provider is not answered: ${answer.error.text}`);
  if (attempts > 1 && !answer.value.stale) return err('The provider refuses the password');
  return ok({
    challenges,
    header: isProxy ? 'proxy-authorization' : 'authorization',
    uses: 0,
    attempts,
  });
}

/** The request with the answer to the challenge. A proof that was accepted can be used again. */
export function withProof(
  draft: RequestDraft,
  proof: Proof | undefined,
  account: TrunkAccount | undefined,
  random: Random,
): { readonly draft: RequestDraft; readonly proof: Proof | undefined } {
  if (proof === undefined || account === undefined) return { draft, proof };
  const uses = proof.uses + 1;
  const answer = answerChallenge({
    challenges: proof.challenges,
    method: draft.method,
    uri: draft.uri,
    username: account.user,
    password: account.password,
    cnonce: randomHex(random, 8),
    nc: uses,
    realm: account.realm,
  });
  if (!answer.ok) return { draft, proof };
  const headers = new Headers().appendAll(draft.headers).append(proof.header, answer.value.authorization);
  return { draft: { ...draft, headers }, proof: { ...proof, uses } };
}

/** The proof was accepted: the next challenge is a new one. */
export function accepted(proof: Proof | undefined): Proof | undefined {
  return proof === undefined ? undefined : { ...proof, attempts: 0 };
}

/** Statuses by which a provider says that it does not want this account. */
export function readsAsRefusal(status: number): boolean {
  return status === 403 || status === 404 || status === 484 || status === 604;
}
