import type { Report } from '../rtp/rtcp.ts';
import type { RelayLeg } from './relay-leg.ts';

/**
 * What a leg reports, in the words of the other leg.
 *
 * Only the report itself goes on, composed anew: its SSRCs are those that the other leg knows, since each leg has
 * its own. Names, addresses and extensions that a phone puts in its RTCP stay behind.
 */
export function translateReport<Carrier>(
  report: Report,
  leg: RelayLeg<Carrier>,
  other: RelayLeg<Carrier>,
): Report {
  const theirs = other.stream;
  const blocks = report.blocks
    .filter((block) => theirs !== undefined && block.ssrc === theirs.ssrc)
    .map((block) => ({
      ...block,
      ssrc: other.rtpSource.ssrc,
      highestSequence: (block.highestSequence - (theirs?.sequenceOffset ?? 0)) >>> 0,
    }));
  const sends = leg.stream !== undefined && report.ssrc === leg.rtpSource.ssrc;
  return {
    ssrc: leg.stream?.ssrc ?? leg.reporterSsrc,
    sender: sends ? report.sender : undefined,
    blocks,
  };
}
