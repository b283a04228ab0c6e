import { assert, err, ok, type Result } from '@ringwall/base';
import { parseAuthParams } from '../wire/auth-params.ts';
import { type DigestAlgorithm, digestResponse, makeHa1, readAlgorithm } from './algorithm.ts';

export interface AnswerOptions {
  /** The values of all WWW-Authenticate of a 401, or all Proxy-Authenticate of a 407. */
  readonly challenges: readonly string[];
  readonly method: string;
  /** The Request-URI as it will be sent. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  /** Fresh and random, of token characters. */
  readonly cnonce: string;
  /** 1 for the first answer to a nonce, then rising: the same challenge may be answered again without asking. */
  readonly nc: number;
  /** Answer only this realm. Without it, any: a password then goes, hashed, to whoever asks for it. */
  readonly realm?: string;
  /** Instead of the strongest, if it is among the challenges. */
  readonly prefer?: DigestAlgorithm;
}

export interface ChallengeAnswer {
  /** The value of Authorization, or of Proxy-Authorization. */
  readonly authorization: string;
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
  readonly nonce: string;
  /**
   * Only the nonce was wrong. If an answer was refused and this is `false`, the password is wrong, and another try
   * would be another failure on the server's list.
   */
  readonly stale: boolean;
}

export interface ChallengeProblem {
  readonly code: 'NO_CHALLENGE' | 'OTHER_REALM' | 'UNSUPPORTED';
  readonly text: string;
}

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As written, to be repeated; undefined if the challenge had none. */
  readonly algorithmToken: string | undefined;
  readonly algorithm: DigestAlgorithm;
  readonly hasQop: boolean;
  readonly stale: boolean;
}

const CHALLENGES = 8;
const CHALLENGE_CHARACTERS = 2_048;
const STRENGTH: Readonly<Record<DigestAlgorithm, number>> = { md5: 1, sha256: 2 };

/**
 * Answers one of the challenges, the strongest that we can (RFC 3261 22.2 and 22.3, RFC 7616, RFC 8760 2.4).
 *
 * RFC 8760 2.4 would have the topmost answered unless policy says otherwise. Ours does: a challenge is not protected,
 * so whoever sits on the way could put MD5 on top; and a server that does so for old phones means no worse.
 *
 * A challenge without qop is answered as in RFC 2069, since some providers still send such.
 */
export function answerChallenge(options: AnswerOptions): Result<ChallengeAnswer, ChallengeProblem> {
  assert(options.nc >= 1 && options.nc <= 0xffff_ffff && Number.isInteger(options.nc), 'a nonce count');
  const read = options.challenges.slice(0, CHALLENGES).map(readChallenge);
  if (read.every((one) => one === 'no-digest')) {
    return err({ code: 'NO_CHALLENGE', text: 'The server asks for no digest that can be read' });
  }
  const usable = read.filter((one) => typeof one !== 'string');
  if (usable.length === 0) {
    return err({ code: 'UNSUPPORTED', text: 'The server asks for a digest other than MD5 or SHA-256' });
  }
  const { realm } = options;
  const candidates = realm === undefined ? usable : usable.filter((one) => one.realm === realm);
  const best = strongest(candidates, options.prefer);
  if (best === undefined) return err({ code: 'OTHER_REALM', text: 'The server asks for another realm' });
  const { algorithm, nonce, stale } = best;
  return ok({ authorization: answer(best, options), algorithm, realm: best.realm, nonce, stale });
}

function strongest(
  challenges: readonly Challenge[],
  prefer: DigestAlgorithm | undefined,
): Challenge | undefined {
  const rank = (one: Challenge) => (one.algorithm === prefer ? 3 : STRENGTH[one.algorithm]);
  let best: Challenge | undefined;
  for (const one of challenges) if (best === undefined || rank(one) > rank(best)) best = one;
  return best;
}

function readChallenge(text: string): Challenge | 'no-digest' | 'unsupported' {
  const auth = text.length > CHALLENGE_CHARACTERS ? undefined : parseAuthParams(text);
  if (auth === undefined || auth.scheme !== 'digest') return 'no-digest';
  const { params } = auth;
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const opaque = params.get('opaque');
  if (realm === undefined || nonce === undefined) return 'no-digest';
  if (![realm, nonce, opaque ?? ''].every(isPrintable)) return 'no-digest';
  const algorithmToken = params.get('algorithm');
  const algorithm = readAlgorithm(algorithmToken);
  const qop = params.get('qop');
  const offersAuth = qop?.split(',').some((one) => one.trim().toLowerCase() === 'auth') ?? true;
  if (algorithm === undefined || !offersAuth) return 'unsupported';
  const stale = params.get('stale')?.toLowerCase() === 'true';
  return { realm, nonce, opaque, algorithmToken, algorithm, hasQop: qop !== undefined, stale };
}

/** A backslash lets control characters into quoted text; we write none. */
function isPrintable(text: string): boolean {
  return !/[\u0000-\u001f\u007f]/.test(text);
}

function answer(challenge: Challenge, options: AnswerOptions): string {
  const { realm, nonce, opaque, algorithm, algorithmToken } = challenge;
  const { username, uri, cnonce } = options;
  const nc = options.nc.toString(16).padStart(8, '0');
  const response = digestResponse(algorithm, {
    ha1: makeHa1(algorithm, username, realm, options.password),
    method: options.method,
    uri,
    nonce,
    auth: challenge.hasQop ? { nc, cnonce } : undefined,
  });
  const parts = [
    `username=${quoted(username)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
  ];
  if (algorithmToken !== undefined) parts.push(`algorithm=${algorithmToken}`);
  if (opaque !== undefined) parts.push(`opaque=${quoted(opaque)}`);
  if (challenge.hasQop) parts.push('qop=auth', `nc=${nc}`, `cnonce=${quoted(cnonce)}`);
  return `Digest ${parts.join(', ')}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
