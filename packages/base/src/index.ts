export { BoundedMap } from './bounded-map.ts';
export type { Brand } from './brand.ts';
export { type Clock, later, type MonotonicMs, type WallMs } from './clock.ts';
export type { DnsAnswer, DnsFailure, DnsQuestion, NaptrRecord, SrvRecord } from './dns.ts';
export { HashedQueue } from './hashed-queue.ts';
export {
  type Cidr,
  type CidrError,
  cidrContains,
  formatCidr,
  formatIp,
  type IpAddress,
  inNetworks,
  networkText,
  parseCidr,
  parseIp,
} from './ip.ts';
export { networkWords, readIpWords, wordsToBits } from './ip/ip-words.ts';
export { PrefixMap } from './ip/prefix-map.ts';
export { type Random, randomBelow, randomHex, randomText } from './random.ts';
export { assert, err, ok, type Result, unreachable } from './result.ts';
export { type TimerHandle, TimerWheel } from './timer-wheel.ts';
