import type { NftRules } from '@ringwall/net';

export const NFT_RULES: NftRules = {
  udpPorts: [5_060],
  tcpPorts: [5_060, 5_061],
  trunkRate: { perSecond: 10, burst: 100 },
  answerRate: { perSecond: 10, burst: 200 },
  strangerRate: { perSecond: 1_000, burst: 1_000 },
  strangersBudget: { perSecond: 10_000, burst: 10_000 },
  hostsInSet: 4_096,
  rangesInSet: 256,
};
