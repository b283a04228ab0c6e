import assert from 'node:assert/strict';
import { type Dialling, NO_DIALLING } from '@ringwall/pbx';
import { indexRules, type OutboundRule, type TrunkRoute } from '@ringwall/policy';
import type { Phone, PhoneCall } from '@ringwall/phone';
import type { World } from '@ringwall/testkit';
import { lastCall } from './office.ts';
import { RawPhone, sdp } from './raw-phone.ts';

/** What calls to the outside are led by, in scenarios, and who calls from there. */

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

/** Where the provider of the trunk `acme` is. */
const PROVIDER = '198.51.100.200';

/** A call from outside that this phone of 101 has answered. */
export function strangerAt(world: World, phone: Phone): PhoneCall {
  new RawPhone(world, PROVIDER).ask('INVITE', {
    uri: 'sip:101@10.0.0.1',
    from: `<sip:+442079460123@${PROVIDER}>;tag=p`,
    to: '<sip:101@10.0.0.1>',
    callId: 'stranger',
    cseq: 1,
    more: ['Content-Type: application/sdp', `Contact: <sip:${PROVIDER}>`],
    body: sdp(PROVIDER, 4_000),
  });
  assert.ok(world.runUntil(() => phone.calls.length === 1, 5_000));
  const stranger = lastCall(phone);
  world.act(phone, () => stranger.answer());
  world.runFor(500);
  return stranger;
}
