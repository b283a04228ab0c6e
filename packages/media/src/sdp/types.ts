/** A codec by what it is, not by the number that one phone gave it. */
export interface Codec {
  /** Encoding name in upper case: `PCMU`, `G722`, `OPUS`, `TELEPHONE-EVENT`. */
  readonly name: string;
  /** As in `a=rtpmap`: 8000 for G722 too (RFC 3551 4.5.2). */
  readonly clockRate: number;
  readonly channels: number;
}

/** A payload type and what it stands for in one description. */
export interface AudioFormat {
  readonly payloadType: number;
  readonly codec: Codec;
  /** The text of `a=fmtp`, `''` if there is none. */
  readonly parameters: string;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** RFC 4568, RFC 6188 and RFC 7714. The order is that of our offers: best supported first, then strongest. */
export type SrtpSuite =
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AEAD_AES_256_GCM'
  | 'AEAD_AES_128_GCM'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AES_CM_128_HMAC_SHA1_32';

/** One `a=crypto` line that we understood. */
export interface CryptoAttribute {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** Master key and salt, as long as the suite asks (30, 28, 44, 46 bytes). */
  readonly keySalt: Uint8Array;
}

/** What a peer said about its audio: the first usable `m=audio` of its description. */
export interface RemoteAudio {
  /** Where it wants its RTP, from `c=`; a hint, not a permission to send there. */
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  readonly rtcpMux: boolean;
  /** Was the profile a secure one (SAVP, SAVPF)? */
  readonly secure: boolean;
  /** In the peer's order of preference; telephone-event among them. Never empty. */
  readonly formats: readonly AudioFormat[];
  /** From the peer's side: `sendonly` means that it holds us. `c=0.0.0.0` reads as `sendonly` at most. */
  readonly direction: Direction;
  /** Suites we know, valid keys; in the peer's order. */
  readonly crypto: readonly CryptoAttribute[];
  readonly ptimeMs: number | undefined;
}

/** A session description as read: strict in what could hurt, tolerant of what we do not use. */
export interface SessionDescription {
  /** Of `o=`: it rises when the peer changes something, and may stay when a request only refreshes. */
  readonly originVersion: string;
  /** Undefined if there is no usable audio. */
  readonly audio: RemoteAudio | undefined;
  /** Every m= line in order, for the answer must have as many (RFC 3264 6): `media proto fmt…` of each. */
  readonly lines: readonly {
    readonly media: string;
    readonly protocol: string;
    readonly formats: string;
    /** Is it the one line that `audio` was read from? Every other line is refused in an answer. */
    readonly isAudio: boolean;
  }[];
}

export type SdpError =
  | { readonly code: 'SDP_SYNTAX'; readonly line: number; readonly text: string }
  | { readonly code: 'SDP_LIMIT'; readonly text: string };

/** Our side of one leg's audio, from which its offers and answers are written. */
export interface LocalAudio {
  /** Address that the peer can reach; goes in `c=` and `o=`. */
  readonly address: string;
  readonly port: number;
  readonly rtcpPort: number;
  /** Numeric session id of `o=`, the same for the whole leg. */
  readonly sessionId: string;
  /** Of `o=`: one more each time that the description changes (RFC 3264 8). */
  readonly version: number;
}

/** off: plain RTP only. optional: SRTP where both can. required: SRTP or no call. */
export type RtpMode = 'off' | 'optional' | 'required';
