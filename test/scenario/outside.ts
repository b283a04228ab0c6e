import { type Dialling, NO_DIALLING } from '@ringwall/pbx';
import { indexRules, type OutboundRule, type TrunkRoute } from '@ringwall/policy';

/** What calls to the outside are led by, in scenarios. */

/** Takes the digit for an outside line away. */
export function route(trunkId: string): TrunkRoute {
  return { to: 'trunk', trunkId, stripDigits: 1, prepend: '', append: '', callerId: undefined };
}

/** For all that begins with 9. */
export function rule(...routes: OutboundRule['routes']): OutboundRule {
  const goesOnAfter = ['4xx', '5xx', 'no-answer'] as const;
  return { id: 'out', prefixes: ['9'], lengths: [], extensions: [], groups: [], routes, goesOnAfter };
}

/** In London, where 9 is dialled for an outside line. */
export function london(...rules: readonly OutboundRule[]): Dialling {
  return {
    ...NO_DIALLING,
    policy: {
      ...NO_DIALLING.policy,
      home: { country: 'GB', internationalPrefix: '00', nationalPrefix: '0', areaCode: '20' },
      emergency: { numbers: ['999'], outsidePrefixes: ['9'] },
      rules: indexRules(rules),
    },
  };
}
