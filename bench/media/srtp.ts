import { randomBytes } from 'node:crypto';
import {
  type CryptoAttribute,
  newCrypto,
  SRTP_OVERHEAD_BYTES,
  SrtpReceiver,
  SrtpSender,
  type SrtpSuite,
  writeRtp,
} from '@ringwall/media';

/**
 * CPU microseconds to protect and to unprotect one RTP packet of 172 bytes (20 ms of G.711), for each suite.
 * Prints JSON. The unit is CPU time of the process, so that a busy machine counts less.
 */

const SUITES: readonly SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
];
/** Few enough to stay young in the garbage collector's eyes, as packets of a relay do. */
const BATCH = 500;
const BATCHES = 60;

function packet(sequenceNumber: number): Uint8Array {
  const fields = { payloadType: 0, marker: false, timestamp: sequenceNumber * 160, ssrc: 0x1234_5678 };
  return writeRtp({ ...fields, sequenceNumber: sequenceNumber & 0xffff }, new Uint8Array(160).fill(0x5a));
}

function cpuMicros(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / BATCH;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function measure(attribute: CryptoAttribute): { protect: number[]; unprotect: number[] } {
  const sender = new SrtpSender(attribute);
  const receiver = new SrtpReceiver(attribute);
  const room = Array.from({ length: BATCH }, () => new Uint8Array(172 + SRTP_OVERHEAD_BYTES));
  const protect: number[] = [];
  const unprotect: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const plain = room.map((_, i) => packet(batch * BATCH + i));
    const sealed: Uint8Array[] = [];
    const take = (result: Uint8Array | string): Uint8Array => {
      if (typeof result === 'string') throw new Error(result);
      return result;
    };
    const protecting = cpuMicros(() => {
      for (let i = 0; i < BATCH; i++) {
        sealed.push(take(sender.protectRtp(plain[i] as Uint8Array, room[i] as Uint8Array)));
      }
    });
    const unprotecting = cpuMicros(() => {
      for (const bytes of sealed) take(receiver.unprotectRtp(bytes));
    });
    if (batch < BATCHES / 3) continue; // Not compiled yet.
    protect.push(protecting);
    unprotect.push(unprotecting);
  }
  return { protect, unprotect };
}

function summary(values: readonly number[]): { median: number; best: number } {
  return { median: Number(median(values).toFixed(2)), best: Number(Math.min(...values).toFixed(2)) };
}

const random = { bytes: (count: number): Uint8Array => randomBytes(count) };
const results = SUITES.map((suite) => {
  const { protect, unprotect } = measure(newCrypto(suite, 1, random));
  return { suite, protectMicros: summary(protect), unprotectMicros: summary(unprotect) };
});
console.log(JSON.stringify({ bench: 'srtp', packetBytes: 172, packets: BATCH * BATCHES, results }));
