import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newTrunkDocument, type TrunkDocument } from '@ringwall/contract';
import { Authority } from '../program/authority.ts';
import { Baresip } from './harness/baresip.ts';
import { Kamailio, KAMAILIO_HAS_TLS, PROVIDER_PASSWORD, PROVIDER_REALM } from './harness/kamailio.ts';
import { baresipFor, ringwallFor } from './harness/office.ts';
import { eventually } from './harness/process.ts';
import type { Ringwall } from './harness/ringwall.ts';

const OUTSIDE = 440;
const ANNA = 1_000;

interface TrunkAnswer {
  readonly trunk: { readonly link: { readonly phase: string; readonly problem: string } };
}

interface Recorded {
  readonly records: readonly {
    readonly outcome: string;
    readonly caller: string;
    readonly answeredBy: string | null;
    readonly because: readonly { readonly rule: string }[];
    readonly legs: readonly { readonly outside: { readonly trunk: string } | null }[];
  }[];
}

async function site(
  t: TestContext,
  password: string,
  authority?: Authority,
): Promise<{ ringwall: Ringwall; provider: Kamailio }> {
  const provider = await Kamailio.start(authority?.certify('127.0.0.1'));
  t.after(() => provider.stop());
  const ringwall = await ringwallFor(t);
  const over =
    authority === undefined
      ? { port: provider.port, transport: 'udp' as const }
      : { port: provider.tlsPort, transport: 'tls' as const };
  const trunk = { ...trunkAt(provider, '101'), ...over };
  const ca = authority?.pem ?? null;
  await ringwall.ask('trunk.save', { name: 'provider', trunk, password, ca, mustBeNew: true });
  return { ringwall, provider };
}

function trunkAt(provider: Kamailio, user: string): TrunkDocument {
  return {
    ...newTrunkDocument(provider.address, 'register'),
    port: provider.port,
    user,
    realm: PROVIDER_REALM,
    registerSeconds: 60,
    calledNumber: 'to',
    asserted: 'none',
  };
}

async function becomes(
  ringwall: Ringwall,
  phase: string,
  name = 'provider',
  limitMs = 10_000,
): Promise<string> {
  return eventually(
    async () => {
      const { trunk } = (await ringwall.ask('trunk.show', { name })) as TrunkAnswer;
      return trunk.link.phase === phase ? trunk.link.problem || phase : undefined;
    },
    `the trunk is ${phase}`,
    limitMs,
  );
}

test('a trunk registers with Kamailio, and a call from outside is answered inside and heard both ways', async (t) => {
  const { ringwall, provider } = await site(t, PROVIDER_PASSWORD);
  await becomes(ringwall, 'up');
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
    hertz: ANNA,
    transport: 'udp',
  });
  const outside = await Baresip.start({ user: '442079460123', hertz: OUTSIDE, transport: 'udp' });
  ringwall.beforeStop(() => outside.stop());
  await callIn(provider, outside, anna, '101');
  await anna.hangUp();
  await outside.waitFor('CALL_CLOSED');
  const { records } = await eventually(async () => {
    const read = (await ringwall.command('records')) as Recorded;
    return read.records.length > 0 ? read : undefined;
  }, 'the record of the call');
  const [record] = records;
  assert.deepEqual([record?.outcome, record?.caller], ['answered', '442079460123']);
  assert.equal(record?.legs[0]?.outside?.trunk, 'provider');
});

test('between two registrations Kamailio is asked by OPTIONS, in the domain that is set for callers, and refuses them without any harm', async (t) => {
  const { ringwall, provider } = await site(t, PROVIDER_PASSWORD);
  const seldom = { ...trunkAt(provider, '101'), registerSeconds: 3_600 };
  const trunk = { ...seldom, optionsSeconds: 1, fromDomain: 'pbx.customer.example' };
  await ringwall.ask('trunk.save', { name: 'provider', trunk, mustBeNew: false });
  await becomes(ringwall, 'up');
  const asked = () => provider.said.match(/asked by OPTIONS from pbx\.customer\.example/g) ?? [];
  await eventually(() => (asked().length >= 3 ? true : undefined), 'three questions', 20_000);
  assert.equal(await becomes(ringwall, 'up'), 'up');
});

test('Kamailio refuses a wrong password, and the trunk says so instead of trying on at once', async (t) => {
  const { ringwall } = await site(t, 'not the password');
  assert.match(await becomes(ringwall, 'waiting'), /refuses the password/);
});

test('a call to the outside leaves through Kamailio with the password, and is heard both ways', async (t) => {
  const { ringwall, provider } = await site(t, PROVIDER_PASSWORD);
  await becomes(ringwall, 'up');
  const outside = await strangerAt(provider, ringwall);
  const anna = await baresipFor(ringwall, await ringwall.addExtension('102'), {
    hertz: ANNA,
    transport: 'udp',
  });
  await ringwall.ask('setting.set', { name: 'numbering.country', value: 'GB' });
  await ringwall.command('outbound', 'add', 'line', '--prefix', '9', '--route', 'provider,strip=1');

  await anna.dial('902079460123');
  await outside.waitFor('CALL_INCOMING');
  await outside.accept();
  await anna.waitFor('CALL_ESTABLISHED');
  await outside.waitForTone(ANNA, 1);
  await anna.waitForTone(OUTSIDE, 1);
  await anna.hangUp();
  await outside.waitFor('CALL_CLOSED');

  await anna.dial('90033142685300');
  await eventually(
    async () => anna.said.includes('403') || undefined,
    'the call to another country is refused',
  );
  const { records } = await eventually(async () => {
    const read = (await ringwall.command('records')) as Recorded;
    return read.records.length > 1 ? read : undefined;
  }, 'the records of the calls');
  const [refused, made] = records;
  assert.deepEqual([made?.outcome, made?.answeredBy], ['answered', '+442079460123']);
  assert.deepEqual([refused?.outcome, refused?.because[0]?.rule], ['refused', 'country-not-allowed']);
});

test('by its address, without a password, Kamailio brings a call to a number of ours and takes one, heard both ways', async (t) => {
  const ringwall = await ringwallFor(t, { env: { RINGWALL_NUMBERING_COUNTRY: 'GB' } });
  const provider = await Kamailio.start(undefined, ringwall.port);
  t.after(() => provider.stop());
  const trunk = { ...newTrunkDocument(provider.address, 'address'), port: provider.port };
  await ringwall.ask('trunk.save', { name: 'provider', trunk, ca: null, mustBeNew: true });
  await becomes(ringwall, 'up');
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
    hertz: ANNA,
    transport: 'udp',
  });
  const outside = await strangerAt(provider, ringwall);
  await ringwall.command('inbound', 'add', 'desk', '--called', '5550123', '--to', '101');
  await ringwall.command('outbound', 'add', 'line', '--prefix', '9', '--route', 'provider,strip=1');

  await callBothWays(provider, outside, anna, '5550123');
});

/** Somebody outside calls a number of ours, Anna answers, and they hear each other. */
async function callIn(provider: Kamailio, outside: Baresip, anna: Baresip, called: string): Promise<void> {
  await outside.dial(`sip:${called}@${provider.address}:${provider.port}`);
  await anna.waitFor('CALL_INCOMING');
  await anna.accept();
  await outside.waitFor('CALL_ESTABLISHED');
  await outside.waitForTone(ANNA, 1);
  await anna.waitForTone(OUTSIDE, 1);
}

/** Somebody outside calls a number of ours, and then Anna calls him; each hears the other each time. */
async function callBothWays(
  provider: Kamailio,
  outside: Baresip,
  anna: Baresip,
  called: string,
): Promise<void> {
  await callIn(provider, outside, anna, called);
  await outside.hangUp();
  await anna.waitFor('CALL_CLOSED');

  const heard = { anna: anna.secondsHeard(OUTSIDE), outside: outside.secondsHeard(ANNA) };
  await anna.dial('902079460123');
  await outside.waitFor('CALL_INCOMING');
  await outside.accept();
  await anna.waitFor('CALL_ESTABLISHED', 2);
  await outside.waitForTone(ANNA, 1, heard.outside);
  await anna.waitForTone(OUTSIDE, 1, heard.anna);
  await anna.hangUp();
  await outside.waitFor('CALL_CLOSED', 2);
}

/** Somebody outside, who has a number of the provider's. */
async function strangerAt(provider: Kamailio, ringwall: Ringwall): Promise<Baresip> {
  const outside = await Baresip.start({
    user: '442079460123',
    hertz: OUTSIDE,
    transport: 'udp',
    registrar: `${provider.address}:${provider.port}`,
    authUser: '442079460123',
    authPassword: PROVIDER_PASSWORD,
  });
  ringwall.beforeStop(() => outside.stop());
  return outside;
}

test('over TLS with a CA of its own, Kamailio brings a call and takes one, heard both ways', {
  skip: !KAMAILIO_HAS_TLS && 'kamailio-tls-modules is not installed',
}, async (t) => {
  const { ringwall, provider } = await site(t, PROVIDER_PASSWORD, new Authority('Provider Root'));
  await becomes(ringwall, 'up');
  const account = await ringwall.addExtension('101');
  const anna = await baresipFor(ringwall, account, { hertz: ANNA, transport: 'udp' });
  const outside = await strangerAt(provider, ringwall);
  await ringwall.ask('setting.set', { name: 'numbering.country', value: 'GB' });
  await ringwall.command('outbound', 'add', 'line', '--prefix', '9', '--route', 'provider,strip=1');

  await callBothWays(provider, outside, anna, '101');
});

test('two trunks at one address of one provider are told apart by the contact that each registered', async (t) => {
  const { ringwall, provider } = await site(t, PROVIDER_PASSWORD);
  const second = trunkAt(provider, '102');
  const password = PROVIDER_PASSWORD;
  await ringwall.ask('trunk.save', { name: 'second', trunk: second, password, mustBeNew: true });
  for (const name of ['provider', 'second']) await becomes(ringwall, 'up', name); // eslint-disable-line no-await-in-loop
  const outside = await strangerAt(provider, ringwall);
  for (const [at, number] of ['102', '101'].entries()) {
    // Nobody has these numbers: that the call came, and over which trunk, is in the record.
    await outside.dial(`sip:${number}@${provider.address}:${provider.port}`); // eslint-disable-line no-await-in-loop
    await outside.waitFor('CALL_CLOSED', at + 1); // eslint-disable-line no-await-in-loop
  }
  const { records } = await eventually(async () => {
    const read = (await ringwall.command('records')) as Recorded;
    return read.records.length > 1 ? read : undefined;
  }, 'the records of the calls');
  const came = records.map(({ legs }) => legs[0]?.outside?.trunk);
  assert.deepEqual(came, ['provider', 'second'], 'newest first');
});
