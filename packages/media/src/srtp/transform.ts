import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { writeU32 } from '../rtp/bytes.ts';
import type { SrtpSuite } from '../sdp/types.ts';
import { HmacSha1, tagMatches, writeTag } from './hmac-sha1.ts';
import { Keystream } from './keystream.ts';
import { isAead, type SessionKeys } from './session-keys.ts';

/** What of a packet is protected, and where its tag stands. */
export interface Region {
  /** From here on the packet is enciphered; what lies before is only authenticated. */
  from: number;
  to: number;
  tagAt: number;
  ssrc: number;
  /** 48 bits for RTP, 31 for RTCP. */
  index: number;
  /** The rollover counter for RTP; E flag and index as they stand in the packet for RTCP. */
  word: number;
}

/** A cipher with its authentication, for one direction of RTP or RTCP. Works on packets where they lie. */
export interface Transform {
  readonly tagBytes: number;
  /** Enciphers the region and writes the tag; the packet must have room for it. */
  seal(packet: Uint8Array, region: Region): void;
  /** Checks the tag and only then deciphers. `false`: the tag is wrong, and the packet is as it was. */
  open(packet: Uint8Array, region: Region): boolean;
}

export function newTransform(suite: SrtpSuite, keys: SessionKeys, use: 'rtp' | 'rtcp'): Transform {
  if (isAead(suite)) return new Aead(keys, use);
  // RFC 4568 6.2.2: the short tag is RTP's; RTCP has 80 bits in every suite.
  const short = suite === 'AES_CM_128_HMAC_SHA1_32' && use === 'rtp';
  return new CounterMode(keys, short ? 4 : 10);
}

/** AES in counter mode and HMAC-SHA1 over what was enciphered (RFC 3711 4.1.1 and 4.2.1). */
class CounterMode implements Transform {
  readonly tagBytes: number;
  readonly #keystream: Keystream;
  readonly #hmac: HmacSha1;

  constructor(keys: SessionKeys, tagBytes: number) {
    this.tagBytes = tagBytes;
    this.#keystream = new Keystream(keys.encryption, keys.salt);
    this.#hmac = new HmacSha1(keys.authentication);
  }

  seal(packet: Uint8Array, region: Region): void {
    this.#keystream.apply(packet, region.from, region.to, region.ssrc, region.index);
    writeTag(packet, region.tagAt, this.#hmac.tag(packet, region.to, region.word), this.tagBytes);
  }

  open(packet: Uint8Array, region: Region): boolean {
    const tag = this.#hmac.tag(packet, region.to, region.word);
    if (!tagMatches(packet, region.tagAt, tag, this.tagBytes)) return false;
    this.#keystream.apply(packet, region.from, region.to, region.ssrc, region.index);
    return true;
  }
}

/** AES-GCM (RFC 7714 8 and 9). */
class Aead implements Transform {
  readonly tagBytes = 16;
  readonly #algorithm: 'aes-128-gcm' | 'aes-256-gcm';
  readonly #key: KeyObject;
  readonly #salt: Uint8Array;
  readonly #wordAuthenticated: boolean;
  readonly #iv = Buffer.alloc(12);
  readonly #options = { authTagLength: 16 } as const;

  constructor(keys: SessionKeys, use: 'rtp' | 'rtcp') {
    this.#algorithm = keys.encryption.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
    this.#key = createSecretKey(keys.encryption);
    this.#salt = keys.salt;
    this.#wordAuthenticated = use === 'rtcp';
  }

  seal(packet: Uint8Array, region: Region): void {
    const { from, to, tagAt } = region;
    const cipher = createCipheriv(this.#algorithm, this.#key, this.#ivOf(region), this.#options);
    cipher.setAAD(this.#associated(packet, region));
    packet.set(cipher.update(packet.subarray(from, to)), from);
    cipher.final();
    packet.set(cipher.getAuthTag(), tagAt);
  }

  open(packet: Uint8Array, region: Region): boolean {
    const { from, to, tagAt } = region;
    const decipher = createDecipheriv(this.#algorithm, this.#key, this.#ivOf(region), this.#options);
    decipher.setAAD(this.#associated(packet, region));
    decipher.setAuthTag(packet.subarray(tagAt, tagAt + this.tagBytes));
    const plain = decipher.update(packet.subarray(from, to));
    try {
      decipher.final();
    } catch {
      return false; // The only thing that it throws for: the tag does not fit.
    }
    packet.set(plain, from);
    return true;
  }

  #associated(packet: Uint8Array, region: Region): Uint8Array {
    const header = packet.subarray(0, region.from);
    if (!this.#wordAuthenticated) return header;
    const associated = Buffer.alloc(region.from + 4);
    associated.set(header);
    writeU32(associated, region.from, region.word);
    return associated;
  }

  /** Two zero bytes, SSRC and 48 bits of index, xor the salt. */
  #ivOf(region: Region): Buffer {
    const iv = this.#iv;
    iv.fill(0, 0, 2);
    writeU32(iv, 2, region.ssrc);
    iv.writeUIntBE(region.index, 6, 6);
    for (let i = 0; i < iv.length; i++) iv[i] = (iv[i] as number) ^ (this.#salt[i] as number);
    return iv;
  }
}
