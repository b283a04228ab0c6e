export { noDrops, noStatistics } from './relay/counters.ts';
export type { Channel, Outgoing } from './relay/packet-path.ts';
export { Relay, type RelayEvent, type RelayOptions, type RelayTotals } from './relay/relay.ts';
export type { RelayLeg } from './relay/relay-leg.ts';
export type * from './relay/types.ts';
export {
  looksLikeRtcp,
  MAX_PACKET_BYTES,
  readRtp,
  type RtpFields,
  type RtpPacket,
  writeRtp,
} from './rtp/packet.ts';
export { type Arrival, Reception } from './rtp/reception.ts';
export {
  isRtcp,
  type Report,
  type ReportBlock,
  readReport,
  type SenderInfo,
  writeReport,
} from './rtp/rtcp.ts';
export { type KeyMoment, KeyReader } from './rtp/key-reader.ts';
export {
  eventOfKey,
  readTelephoneEvent,
  type TelephoneEvent,
  writeTelephoneEvent,
} from './rtp/telephone-event.ts';
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
export { SRTP_OVERHEAD_BYTES, type SrtpFailure, SrtpReceiver, SrtpSender } from './srtp/srtp.ts';
export { decodeALaw, decodeMuLaw, encodeALaw, encodeMuLaw } from './tone/g711.ts';
export { sequenceMs, type TonePiece, type ToneSequence } from './tone/tone-sequence.ts';
export { FRAME_SAMPLES, SAMPLE_RATE, toneFrames, toneStrength } from './tone/tone.ts';
