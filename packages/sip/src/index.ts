export { type DigestAlgorithm, makeHa1 } from './auth/algorithm.ts';
export {
  type AnswerOptions,
  answerChallenge,
  type ChallengeAnswer,
  type ChallengeProblem,
} from './auth/answer-challenge.ts';
export { type ChallengeOptions, challenge, isPlainRealm } from './auth/challenge.ts';
export { checkDigest, type Credential, type DigestCheck, type DigestVerdict } from './auth/check-digest.ts';
export { NONCE_TIMES, NonceKeys, type NonceTimes } from './auth/nonce-keys.ts';
export { NonceUses } from './auth/nonce-uses.ts';
export {
  formatNameAddr,
  formatParams,
  formatSipUri,
  formatUri,
  type NameAddrParts,
  type SipUriParts,
} from './compose/addresses.ts';
export { reasonPhrase } from './compose/reason-phrase.ts';
export { type RespondOptions, respondTo, stampVia } from './compose/respond-to.ts';
export { serialiseRequest, serialiseResponse } from './compose/serialise.ts';
export { quoteDisplayName, safeHeaderText } from './compose/text.ts';
export { acceptRequest, acceptResponse } from './dialog/accept.ts';
export type { Dialog } from './dialog/dialog.ts';
export {
  type DialogRequest,
  type UacDialogParts,
  type UasDialogParts,
  uacDialog,
  uasDialog,
} from './dialog/establish.ts';
export { ownTagOf } from './dialog/own-tag.ts';
export { dialogKey, newCallId, newTag } from './dialog/identifiers.ts';
export { ackFor, nextRequest, type RequestParts } from './dialog/next-request.ts';
export {
  type Endpoint,
  type Flow,
  flowKey,
  isSameFlow,
  isReliable,
  isUnconnected,
  type Transport,
  withoutConnection,
} from './flow.ts';
export { Headers } from './headers.ts';
export * from './message.ts';
export { questionKey } from './resolve/question-key.ts';
export { planTargets, type Target, type Wish } from './resolve/plan-targets.ts';
export { TargetHealth } from './resolve/target-health.ts';
export { RFC3261_TIMER_BASE, type TimerBase } from './timers.ts';
export type { TransactionCounts } from './transaction/counts.ts';
export type { TransactionEffect, TransactionEvent, TransactionId } from './transaction/events.ts';
export {
  type TransactionLimits,
  Transactions,
  type TransactionsOptions,
} from './transaction/transactions.ts';
export type { SipUri, TelUri } from './uri.ts';
export { type AuthParams, parseAuthParams } from './wire/auth-params.ts';
export { parseCSeq } from './wire/cseq.ts';
export { DATAGRAM_LIMITS, STREAM_LIMITS, type WireLimits } from './wire/limits.ts';
export { parseContacts, parseNameAddr, parseNameAddrs } from './wire/name-addr.ts';
export { parseParams } from './wire/params.ts';
export type { Answerable, MalformedRequest, ParseError, ParseErrorCode } from './wire/parse-error.ts';
export { parseMessage } from './wire/parse-message.ts';
export { parseUri } from './wire/parse-uri.ts';
export { parseRAck, parseRSeq, type RAck } from './wire/rack.ts';
export { parseReason, type Reason } from './wire/reason.ts';
export { parseReferTo, parseReplaces, type ReferTo, type Replaces } from './wire/refer.ts';
export { sameUri } from './wire/same-uri.ts';
export { parseSessionExpires, type SessionExpires } from './wire/session-expires.ts';
export { type FramedChunk, StreamFramer } from './wire/stream-framer.ts';
export {
  parseDeltaSeconds,
  parseTokenList,
  parseTokenWithParams,
  type TokenWithParams,
} from './wire/tokens.ts';
export { parseVia } from './wire/via.ts';
