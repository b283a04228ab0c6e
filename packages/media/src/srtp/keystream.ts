import { Buffer } from 'node:buffer';
import { type Cipheriv, createCipheriv, createSecretKey } from 'node:crypto';

const BLOCK_BYTES = 16;
/** How many packets ahead the keystream is made, once a stream runs in order. */
const PACKETS_AHEAD = 8;

/**
 * AES in counter mode as RFC 3711 4.1.1 counts: the block of SSRC, packet index and salt.
 *
 * Node has no cipher whose counter can be set anew, and making one for each packet is slow. So one AES-ECB cipher
 * is kept and given the counters themselves; and since the next packets' counters are known, it is given those of
 * several packets at a time, which costs little more than those of one.
 */
export class Keystream {
  readonly #cipher: Cipheriv;
  readonly #salt: Uint8Array;
  readonly #block = Buffer.alloc(BLOCK_BYTES);

  #ahead: Buffer = Buffer.alloc(0);
  #aheadSsrc = 0;
  #aheadFrom = -1;
  #aheadPackets = 0;
  #aheadBlocks = 0;

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#cipher = createCipheriv(`aes-${key.length * 8}-ecb`, createSecretKey(key), null);
    this.#cipher.setAutoPadding(false);
    this.#salt = salt;
  }

  /**
   * Enciphers or deciphers `bytes[from]` to `bytes[to - 1]` where they lie.
   *
   * @param index 48 bits for RTP, 31 for RTCP.
   */
  apply(bytes: Uint8Array, from: number, to: number, ssrc: number, index: number): void {
    const blocks = Math.ceil((to - from) / BLOCK_BYTES);
    if (blocks === 0) return;
    const place = index - this.#aheadFrom;
    const known =
      place >= 0 && place < this.#aheadPackets && ssrc === this.#aheadSsrc && blocks <= this.#aheadBlocks;
    if (known) {
      xor(bytes, from, to, this.#ahead, place * this.#aheadBlocks * BLOCK_BYTES);
      return;
    }
    // The first packet of a stream, or one out of order, is served alone; its successor begins a row.
    const isNext = ssrc === this.#aheadSsrc && place >= 0 && place <= this.#aheadPackets + 1;
    const packets = isNext ? PACKETS_AHEAD : 1;
    const stream = this.#make(ssrc, index, packets, blocks);
    xor(bytes, from, to, stream, 0);
    if (ssrc === this.#aheadSsrc && place < 0) return;
    this.#ahead = stream;
    this.#aheadSsrc = ssrc;
    this.#aheadFrom = index;
    this.#aheadPackets = packets;
    this.#aheadBlocks = blocks;
  }

  #make(ssrc: number, index: number, packets: number, blocks: number): Buffer {
    const counters = Buffer.allocUnsafe(packets * blocks * BLOCK_BYTES);
    const block = this.#block;
    let at = 0;
    for (let packet = 0; packet < packets; packet++) {
      writeCounter(block, this.#salt, ssrc, index + packet);
      for (let count = 0; count < blocks; count++) {
        counters.set(block, at);
        counters[at + 14] = count >>> 8;
        counters[at + 15] = count;
        at += BLOCK_BYTES;
      }
    }
    return this.#cipher.update(counters);
  }
}

/** IV = salt * 2^16 xor SSRC * 2^64 xor index * 2^16. */
function writeCounter(block: Uint8Array, salt: Uint8Array, ssrc: number, index: number): void {
  block.set(salt);
  block[14] = 0;
  block[15] = 0;
  const high = Math.floor(index / 0x1_0000_0000);
  const low = index >>> 0;
  xorU32(block, 4, ssrc);
  block[8] = (block[8] as number) ^ (high >>> 8);
  block[9] = (block[9] as number) ^ high;
  xorU32(block, 10, low);
}

function xorU32(block: Uint8Array, at: number, value: number): void {
  block[at] = (block[at] as number) ^ (value >>> 24);
  block[at + 1] = (block[at + 1] as number) ^ (value >>> 16);
  block[at + 2] = (block[at + 2] as number) ^ (value >>> 8);
  block[at + 3] = (block[at + 3] as number) ^ value;
}

function xor(bytes: Uint8Array, from: number, to: number, stream: Uint8Array, at: number): void {
  for (let i = from, j = at; i < to; i++, j++) bytes[i] = (bytes[i] as number) ^ (stream[j] as number);
}
