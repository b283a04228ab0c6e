import type { Reception } from '../rtp/reception.ts';
import type { DropReason, LegStatistics } from './types.ts';

/** What is counted on a leg, in fields that can be raised for each packet. */
export class Counters {
  packetsReceived = 0;
  packetsSent = 0;
  bytesReceived = 0;
  bytesSent = 0;
  readonly dropped: Record<DropReason, number> = noDrops();

  /** @param clockRate ticks per second of what the reception measured in. */
  statistics(reception: Reception, clockRate: number): LegStatistics {
    return {
      packetsReceived: this.packetsReceived,
      packetsSent: this.packetsSent,
      bytesReceived: this.bytesReceived,
      bytesSent: this.bytesSent,
      packetsLost: reception.lost,
      jitterMs: (reception.jitterTicks * 1_000) / clockRate,
      dropped: { ...this.dropped },
    };
  }
}

export function noDrops(): Record<DropReason, number> {
  return {
    source: 0,
    malformed: 0,
    'payload-type': 0,
    authentication: 0,
    replay: 0,
    hold: 0,
    unjoined: 0,
    'no-target': 0,
  };
}

/** Statistics of a leg that carried nothing. */
export function noStatistics(): LegStatistics {
  return {
    packetsReceived: 0,
    packetsSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    packetsLost: 0,
    jitterMs: 0,
    dropped: noDrops(),
  };
}
