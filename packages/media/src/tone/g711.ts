/**
 * G.711 (ITU-T G.711): 16-bit samples to and from the eight bits of PCMU and PCMA. Tables are worked out once
 * from the segments that the recommendation describes.
 */

const SEGMENTS = 8;
/** µ-law adds this before it takes the logarithm, and takes it off again. */
const MU_LAW_BIAS = 0x84;
const MU_LAW_CLIP = 0x7fff - MU_LAW_BIAS;

function muLawToLinear(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 0x0f) << 3) + MU_LAW_BIAS) << ((bits >> 4) & 7);
  return (bits & 0x80) === 0 ? magnitude - MU_LAW_BIAS : MU_LAW_BIAS - magnitude;
}

function linearToMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), MU_LAW_CLIP) + MU_LAW_BIAS;
  const segment = Math.min(Math.max(31 - Math.clz32(magnitude) - 7, 0), SEGMENTS - 1);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

function aLawToLinear(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = (bits & 0x0f) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}

function linearToALaw(sample: number): number {
  const positive = sample >= 0;
  const magnitude = Math.min(positive ? sample : -sample - 1, 0x7fff);
  const segment = Math.min(Math.max(31 - Math.clz32(magnitude) - 7, 0), SEGMENTS - 1);
  const step = segment === 0 ? magnitude >> 4 : magnitude >> (segment + 3);
  return ((positive ? 0x80 : 0) | (segment << 4) | (step & 0x0f)) ^ 0x55;
}

const MU_LAW = Int16Array.from({ length: 256 }, (_, code) => muLawToLinear(code));
const A_LAW = Int16Array.from({ length: 256 }, (_, code) => aLawToLinear(code));

/** One byte for each sample. */
export function encodeMuLaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, linearToMuLaw);
}

export function decodeMuLaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (code) => MU_LAW[code] as number);
}

export function encodeALaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, linearToALaw);
}

export function decodeALaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (code) => A_LAW[code] as number);
}
