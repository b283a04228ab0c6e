import {
  type AudioFormat,
  type CryptoAttribute,
  chooseSrtp,
  commonFormats,
  composeAnswer,
  composeOffer,
  type Direction,
  isAudioCodec,
  type LocalAudio,
  newCrypto,
  offeredCrypto,
  type RemoteAudio,
  type RtpMode,
  sameCodec,
  usableFormats,
  type SessionDescription,
} from '@ringwall/media';
import { assert, err, ok, type Random, type Result } from '@ringwall/base';
import type { Described, Leg, LegMediaState, Wish } from './leg.ts';
import { hasAudio, mergeFormats, renumber, sameFormats, USUAL_FORMATS } from './leg-formats.ts';
import { rtpModeFor } from './party.ts';
import { formatsFor, formatsOf } from './trunk-formats.ts';

/**
 * The offers and answers of one leg. Each leg negotiates with its own phone; what the other leg can do and wants
 * comes in as values. Nothing here knows a SIP message.
 */

/** Why a description was not taken: answer 488, or end what cannot be without media. */
export interface MediaRefusal {
  readonly text: string;
}

/** What the other party of the call brings: its codecs and what it does of its own will. */
export interface OtherSide {
  readonly formats: readonly AudioFormat[];
  readonly wish: Wish;
}

/** What the offers and answers of a leg need to know of it. */
export type MediaLeg = Pick<Leg, 'party' | 'flow' | 'media'>;

const BOTH_WAYS: Wish = { sends: true, hears: true };

export function newLegMedia(address: string, sessionId: string): LegMediaState {
  return {
    ports: undefined,
    address,
    sessionId,
    version: 0,
    generation: 0,
    remote: undefined,
    offered: undefined,
    capabilities: [],
    wish: BOTH_WAYS,
    described: undefined,
    told: undefined,
    outstanding: undefined,
    srtp: undefined,
    silent: false,
  };
}

/** The mode of a leg: the party's own, else required over TLS and optional elsewhere. */
export function rtpModeOf(leg: MediaLeg): RtpMode {
  return rtpModeFor(leg.party) ?? (leg.flow.transport === 'tls' ? 'required' : 'optional');
}

function directionOf(sends: boolean, hears: boolean): Direction {
  if (sends) return hears ? 'sendrecv' : 'sendonly';
  return hears ? 'recvonly' : 'inactive';
}

function wishOf(direction: Direction): Wish {
  return {
    sends: direction === 'sendrecv' || direction === 'sendonly',
    hears: direction === 'sendrecv' || direction === 'recvonly',
  };
}

/** What may flow on a leg: we send what the other party sends and this one hears, and the reverse. */
export function achievable(wish: Wish, other: Wish): { readonly sends: boolean; readonly hears: boolean } {
  return { sends: other.sends && wish.hears, hears: other.hears && wish.sends };
}

function localAudio(media: LegMediaState): LocalAudio {
  assert(media.ports !== undefined, 'a description of a leg that has no ports');
  return {
    address: media.address,
    port: media.ports.rtp,
    rtcpPort: media.ports.rtcp,
    sessionId: media.sessionId,
    version: media.version,
  };
}

/** RFC 3264 8: the version of `o=` rises by one when a description differs from the one before, and only then. */
function describe(media: LegMediaState, next: Described): void {
  const last = media.described;
  const same =
    last !== undefined &&
    last.sends === next.sends &&
    last.hears === next.hears &&
    last.secureProfile === next.secureProfile &&
    last.rtcpMux === next.rtcpMux &&
    sameFormats(last.formats, next.formats) &&
    sameCrypto(last.crypto, next.crypto);
  if (!same) media.version++;
  media.described = next;
}

function sameCrypto(a: readonly CryptoAttribute[], b: readonly CryptoAttribute[]): boolean {
  return (
    a.length === b.length && a.every((line, i) => line.tag === b[i]?.tag && line.keySalt === b[i]?.keySalt)
  );
}

function knownNumbers(media: LegMediaState): AudioFormat[] {
  const known: AudioFormat[] = [...(media.told?.formats ?? [])];
  for (const format of media.remote?.formats ?? []) {
    if (!known.some((other) => other.payloadType === format.payloadType)) known.push(format);
  }
  return known;
}

/**
 * Writes our offer to this leg and remembers it as outstanding.
 *
 * @param other what the other party can do and wants; the usual codecs if there is none yet.
 */
export function makeOffer(
  leg: Leg,
  other: OtherSide | undefined,
  random: Random,
  allowShortTag: boolean,
): Uint8Array {
  const media = leg.media;
  const mode = rtpModeOf(leg);
  const secureSignalling = leg.flow.transport === 'tls';
  const formats = renumber(formatsFor(leg.party, other?.formats ?? USUAL_FORMATS), knownNumbers(media));
  const may = achievable(media.wish, other?.wish ?? BOTH_WAYS);
  let crypto = secureSignalling && mode !== 'off' ? offeredCrypto(random, allowShortTag) : [];
  if (media.srtp !== undefined) crypto = [media.srtp.send];
  if (media.told !== undefined && media.srtp === undefined) crypto = [];
  const secureProfile = media.srtp !== undefined || (mode === 'required' && crypto.length > 0);
  const described = { formats, ...may, crypto, secureProfile, rtcpMux: media.remote?.rtcpMux ?? true };
  describe(media, described);
  const body = composeOffer({
    local: localAudio(media),
    formats,
    direction: directionOf(may.sends, may.hears),
    crypto,
    secureProfile,
    rtcpMux: described.rtcpMux,
  });
  media.outstanding = { ...described, body };
  return body;
}

/** Takes the peer's answer to our outstanding offer. A refusal leaves the leg as it was before the offer. */
export function takeAnswer(
  leg: Leg,
  answer: SessionDescription,
  allowShortTag: boolean,
): Result<void, MediaRefusal> {
  const media = leg.media;
  const offer = media.outstanding;
  assert(offer !== undefined, 'an answer without an offer');
  media.outstanding = undefined;
  const remote = answer.audio;
  if (remote === undefined || remote.port === 0) return err({ text: 'the answer has no audio' });
  if (!hasAudio(commonFormats(offer.formats, remote.formats))) {
    return err({ text: 'the answer has none of the offered codecs' });
  }
  let srtp: LegMediaState['srtp'];
  const taken = remote.crypto[0];
  if (taken !== undefined && offer.crypto.length > 0) {
    const send = offer.crypto.find((ours) => ours.tag === taken.tag && ours.suite === taken.suite);
    if (send === undefined || (taken.suite.endsWith('_32') && !allowShortTag)) {
      return err({ text: 'the answer takes a key that was not offered' });
    }
    srtp = { receive: taken, send };
  }
  if (srtp === undefined && (offer.secureProfile || rtpModeOf(leg) === 'required')) {
    return err({ text: 'the phone did not take SRTP, which is required here' });
  }
  const answered = wishOf(remote.direction);
  media.wish = {
    hears: offer.sends ? answered.hears : media.wish.hears,
    sends: offer.hears ? answered.sends : media.wish.sends,
  };
  const heard = { sends: offer.sends && answered.hears, hears: offer.hears && answered.sends };
  media.told = { ...offer, ...heard };
  takeRemote(leg, remote, srtp);
  return ok(undefined);
}

function takeRemote({ media, party }: MediaLeg, remote: RemoteAudio, srtp: LegMediaState['srtp']): void {
  media.remote = remote;
  media.srtp = srtp;
  media.generation++;
  media.silent = false;
  media.capabilities = mergeFormats(formatsFor(party, usableFormats(remote.formats)), media.capabilities);
}

/** Looks at the peer's offer before anything is promised: has it audio, and does its protection fit ours? */
export function checkOffer(
  leg: MediaLeg,
  offer: SessionDescription,
  allowShortTag: boolean,
): MediaRefusal | undefined {
  if (offer.audio === undefined) return { text: 'the offer has no usable audio' };
  if (!hasAudio(offer.audio.formats)) return { text: 'the offer has no codec that carries speech' };
  if (!hasAudio(formatsFor(leg.party, offer.audio.formats))) {
    return { text: 'the offer has none of the codecs that the trunk is set to' };
  }
  const choice = chooseSrtp({
    offered: offer.audio.crypto,
    mode: rtpModeOf(leg),
    secureProfile: offer.audio.secure,
    secureSignalling: leg.flow.transport === 'tls',
    allowShortTag,
  });
  return choice.kind === 'refused' ? { text: choice.reason } : undefined;
}

/**
 * Answers the peer's offer at once. On refusal the leg stays as it was.
 *
 * @param other what the other party can do and wants; its codecs restrict ours.
 * @returns the body of the answer.
 */
export function makeAnswer(
  leg: MediaLeg,
  offer: SessionDescription,
  other: OtherSide,
  random: Random,
  allowShortTag: boolean,
): Result<Uint8Array, MediaRefusal> {
  const media = leg.media;
  const refusal = checkOffer(leg, offer, allowShortTag);
  if (refusal !== undefined) return err(refusal);
  const remote = offer.audio;
  assert(remote !== undefined, 'a checked offer without audio');
  const formats = commonFormats(formatsFor(leg.party, remote.formats), other.formats);
  if (!hasAudio(formats)) return err({ text: 'the two phones have no codec in common' });
  const choice = chooseSrtp({
    offered: remote.crypto,
    mode: rtpModeOf(leg),
    secureProfile: remote.secure,
    secureSignalling: leg.flow.transport === 'tls',
    allowShortTag,
  });
  let srtp: LegMediaState['srtp'];
  if (choice.kind === 'srtp') {
    const { suite, tag } = choice.attribute;
    const before = media.srtp?.send;
    // The key that we send with stays, whatever number the peer gives its line this time.
    const kept = before?.tag === tag ? before : before && { ...before, tag };
    const send = kept?.suite === suite ? kept : newCrypto(suite, tag, random);
    srtp = { receive: choice.attribute, send };
  }
  const wish = wishOf(remote.direction);
  const may = achievable(wish, other.wish);
  const crypto = srtp === undefined ? [] : [srtp.send];
  const described = { formats, ...may, crypto, secureProfile: remote.secure, rtcpMux: remote.rtcpMux };
  describe(media, described);
  const body = composeAnswer({
    offer,
    local: localAudio(media),
    formats,
    direction: directionOf(may.sends, may.hears),
    crypto: srtp?.send,
    rtcpMux: remote.rtcpMux,
  });
  media.wish = wish;
  media.told = { ...described, body };
  media.outstanding = undefined;
  takeRemote(leg, remote, srtp);
  return ok(body);
}

/** What this leg brings for the other one. */
export function sideOf(leg: Leg): OtherSide | undefined {
  const remote = leg.media.remote ?? leg.media.offered?.audio;
  if (remote === undefined) return undefined;
  const wish = leg.media.remote === undefined ? wishOf(remote.direction) : leg.media.wish;
  return { formats: formatsOf(leg.party, usableFormats(remote.formats)), wish };
}

/**
 * Should this leg be told something new, now that `other` is as it is? Its direction may be out of date (the
 * other party holds), or it may use a codec that the other party does not take.
 */
export function isOutOfDate(leg: Leg, other: OtherSide): boolean {
  const told = leg.media.told;
  if (told === undefined) return false;
  const may = achievable(leg.media.wish, other.wish);
  if (may.sends !== told.sends || may.hears !== told.hears) return true;
  return told.formats.some(
    (format) =>
      isAudioCodec(format.codec) && !other.formats.some((known) => sameCodec(known.codec, format.codec)),
  );
}
