export type * from './relay/types.ts';
export { type AnswerDraft, composeAnswer, composeOffer, type OfferDraft } from './sdp/compose.ts';
export { answerDirection, reverseDirection } from './sdp/direction.ts';
export { commonFormats, isAudioCodec, sameCodec, staticCodec, usableFormats } from './sdp/formats.ts';
export { parseSdp } from './sdp/parse.ts';
export { SDP_LIMITS } from './sdp/parse-lines.ts';
export {
  chooseSrtp,
  newCrypto,
  offeredCrypto,
  type SrtpChoice,
  type SrtpQuestion,
} from './sdp/srtp-choice.ts';
export type * from './sdp/types.ts';
