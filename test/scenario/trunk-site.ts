import type { Trunk } from '@ringwall/pbx';
import type { PhoneBehaviour } from '@ringwall/phone';
import type { SipRequest } from '@ringwall/sip';
import { testTrunk, World, type WorldOptions } from '@ringwall/testkit';
import { EXTENSIONS } from './office.ts';
import { london, route, rule } from './outside.ts';
import { Provider, type ProviderBehaviour } from './provider.ts';
import { RawPhone, SDP, sdp } from './raw-phone.ts';

const OTHER = testTrunk('other', { host: '198.51.100.201', account: undefined, kind: 'address' });
/** Dialled for a number outside. */
export const CLEO = '902079460958';

/** A provider under the trunk `acme`, as it is set, a second one behind it, and a phone of 101. */
export function site(
  trunk: Partial<Trunk>,
  behaviour: ProviderBehaviour = {},
  options: Partial<WorldOptions> = {},
  phone: PhoneBehaviour = {},
) {
  const acme = testTrunk('acme', { kind: 'address', account: undefined, ...trunk });
  const dialling = london(rule(route('acme'), route('other')));
  const world = new World({ seed: 1, extensions: EXTENSIONS, trunks: [acme, OTHER], dialling, ...options });
  const [provider, other] = [new Provider(world, behaviour), new Provider(world, {}, OTHER.host)];
  world.perform(world.pbx.startTrunks());
  const anna = world.registered('101', phone);
  world.runFor(2_000);
  const caller = new RawPhone(world, acme.host);
  /** Dials as 101. @returns the status at the end, or 200 once they talk. */
  const dial = (number = CLEO): number => {
    const call = world.dial(anna, number);
    world.runUntil(() => call.state === 'talking' || call.state === 'ended', 100_000);
    return call.state === 'talking' ? 200 : (call.status ?? 0);
  };
  return { world, provider, other, anna, caller, dial };
}

/** The numbers of the formats that it offers, in their order. */
export function offered({ body }: SipRequest): string {
  return /^m=audio \d+ \S+ (.*?)\r?$/m.exec(Buffer.from(body).toString())?.[1] ?? '';
}

/** A header of the first INVITE. */
export function lineOf(provider: Provider, name: string): string {
  return provider.invitations()[0]?.headers.all(name).join(' | ') ?? 'no INVITE';
}

let calls = 0;

/** A call of the provider's. @returns the status. */
export function invite(
  caller: RawPhone,
  more: readonly string[] = [],
  called = '101',
  from = '<sip:+442079460123@198.51.100.200>',
): number {
  return caller.ask('INVITE', {
    uri: `sip:${called}@10.0.0.1`,
    from: `${from};tag=p`,
    to: `<sip:${called}@10.0.0.1>`,
    callId: `in-${++calls}`,
    cseq: 1,
    more: [SDP, `Contact: <${caller.contact}>`, ...more],
    body: sdp('198.51.100.200', 4_000),
  });
}
