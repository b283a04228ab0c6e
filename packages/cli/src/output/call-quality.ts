import type { CallRecordLegView } from '@ringwall/contract';

/**
 * How a leg sounded, in words. What is lost and how unevenly it comes is measured on the way from the party to us; what
 * the other way was like only the party's phone knows.
 *
 * Limits as ITU-T G.1028 and common practice draw them for speech with packet loss concealment: 1 % loss is not heard,
 * 3 % is; jitter beyond 30 ms is more than the buffers of many phones hold at first.
 *
 * @returns one sentence or more; `undefined` if nothing was counted.
 */
export function qualityText({ statistics, codec, answeredAt }: CallRecordLegView): string | undefined {
  if (statistics === null || (codec === '' && answeredAt === null)) return undefined;
  const { packetsReceived, packetsSent, packetsLost, jitterMs, dropped } = statistics;
  if (packetsReceived === 0) {
    return packetsSent === 0
      ? 'No sound went either way.'
      : `No sound came from there.${refusedText(dropped)}`;
  }
  const lost = (packetsLost * 100) / (packetsReceived + packetsLost);
  const measured = `${lost.toFixed(1)} % lost, jitter ${Math.round(jitterMs)} ms`;
  const quiet = packetsSent === 0 ? ' No sound was sent there.' : '';
  return `${verdictOf(lost, jitterMs)} (${measured}).${quiet}${refusedText(dropped)}`;
}

function verdictOf(lostPercent: number, jitterMs: number): string {
  if (lostPercent < 1 && jitterMs < 30) return 'Good';
  if (lostPercent < 3 && jitterMs < 50) return 'Fair: short gaps may have been heard';
  if (lostPercent < 10 && jitterMs < 100) return 'Poor: words were hard to follow';
  return 'Bad: hardly anything could be understood';
}

/** Packets that would have been sound, and were not let in. A few at the beginning of a call mean nothing. */
function refusedText(dropped: NonNullable<CallRecordLegView['statistics']>['dropped']): string {
  const told = [
    [dropped.authentication, 'whose protection was wrong or missing'],
    [dropped.source, 'from an address that was not the party’s'],
    [dropped['payload-type'], 'in a codec that was not agreed on'],
    [dropped['no-target'], 'that the other side could not be sent'],
  ] as const;
  return told
    .filter(([packets]) => packets >= MANY)
    .map(([packets, why]) => ` ${packets} packets ${why} were refused.`)
    .join('');
}

/** A second of sound. */
const MANY = 50;
