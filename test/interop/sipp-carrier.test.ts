import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newOutboundRuleDocument, newTrunkDocument, type TrunkDocument } from '@ringwall/contract';
import { baresipFor, ringwallFor, sippPhoneFor, sippUser } from './harness/office.ts';
import { freePorts } from './harness/ports.ts';
import { eventually } from './harness/process.ts';
import type { Ringwall } from './harness/ringwall.ts';
import { Sipp } from './harness/sipp.ts';

const NUMBER = '02079460123';

interface Recorded {
  readonly outcome: string;
  readonly caller: string | null;
  readonly reason: string;
  readonly legs: readonly {
    readonly extension: string | null;
    readonly outside: { readonly trunk: string; readonly number: string } | null;
  }[];
}

/** A program whose provider is known by its address alone, and what it says of its calls. */
async function site(
  t: TestContext,
  carrierPort: number,
  changes: Partial<TrunkDocument> = {},
): Promise<Ringwall> {
  const ringwall = await ringwallFor(t, { env: { RINGWALL_NUMBERING_COUNTRY: 'GB' } });
  const trunk = {
    ...newTrunkDocument(ringwall.address, 'address'),
    port: carrierPort,
    callerNumber: '+442079460100',
    // SIPp takes whatever it did not wait for as a failure.
    optionsSeconds: 0,
    callsAtOnce: 10,
    ...changes,
  };
  await ringwall.ask('trunk.save', { name: 'carrier', trunk, ca: null, mustBeNew: true });
  const route = { trunk: 'carrier', strip: 0, prepend: '', append: '', callerId: '' };
  const rule = { ...newOutboundRuleDocument(), prefixes: ['0'], routes: [route] };
  await ringwall.ask('outbound.save', { name: 'out', rule, mustBeNew: true });
  return ringwall;
}

async function records(ringwall: Ringwall, count: number): Promise<readonly Recorded[]> {
  return eventually(async () => {
    const { records } = (await ringwall.command('records')) as { records: readonly Recorded[] };
    return records.length >= count ? records : undefined;
  }, `${count} call records`);
}

test('calls leave to SIPp as a carrier that is known by its address, one after another and two at once', async (t) => {
  const carrier = await Sipp.start({ scenario: 'uas-answers', calls: 4 });
  t.after(() => carrier.stop());
  const ringwall = await site(t, carrier.localPort);
  const anna = await ringwall.addExtension('101');
  const phone = await Sipp.start({
    scenario: 'uac-registers',
    users: [sippUser(anna)],
    remotePort: ringwall.port,
  });
  await phone.succeed();
  await Sipp.run({
    scenario: 'uac-calls',
    users: [sippUser(anna, NUMBER)],
    calls: 4,
    callsPerSecond: 4,
    remotePort: ringwall.port,
    localPort: phone.localPort,
  });
  assert.equal((await carrier.succeed()).successful, 4);
  for (const { outcome, legs } of await records(ringwall, 4)) {
    assert.equal(outcome, 'answered');
    assert.deepEqual(legs.at(-1)?.outside, { trunk: 'carrier', number: '+442079460123', name: '' });
  }
});

test('calls come in from SIPp as a carrier, without a challenge, and end at the extension alone', async (t) => {
  const localPort = await freePorts(1);
  const ringwall = await site(t, localPort);
  const ben = await ringwall.addExtension('102');
  const callee = await sippPhoneFor(ringwall, ben, { scenario: 'uas-answers', calls: 4 });
  const outsider = { number: '+33142685300', authUser: '', authPassword: '', callee: '102' };
  const bringing = { scenario: 'uac-carrier-calls', users: [outsider], remotePort: ringwall.port };
  await Sipp.run({ ...bringing, calls: 4, callsPerSecond: 4, localPort });
  assert.equal((await callee.succeed()).successful, 4);
  for (const { outcome, caller } of await records(ringwall, 4)) {
    assert.deepEqual([outcome, caller], ['answered', '+33142685300']);
  }
});

test('a carrier that knows keys as INFO alone: a baresip hears its keys, and it is told those of the baresip', async (t) => {
  const carrier = await Sipp.start({ scenario: 'uas-tells-keys', calls: 1, limitSeconds: 90 });
  t.after(() => carrier.stop());
  const ringwall = await site(t, carrier.localPort, { dtmf: 'info' });
  const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
    hertz: 440,
    transport: 'udp',
  });
  await anna.dial(NUMBER);
  await anna.waitFor('CALL_ESTABLISHED');
  await eventually(() => (anna.keysHeard === '5#' ? true : undefined), 'both keys of the carrier');
  await anna.press('7*');
  assert.equal((await carrier.succeed()).successful, 1);
  await anna.waitFor('CALL_CLOSED');
});

/** Notes of the house, in Hz: the second of those that invite, and the middle one of those that say that it is open. */
const [INVITED, OPEN] = [784, 659];
/** Each of them lasts for 140 ms at least. */
const NOTE_SECONDS = 0.04;

test('a PIN is entered on a baresip: it hears the house, is heard by its keys, hears whether it was right, and can call outside', async (t) => {
  const carrier = await Sipp.start({ scenario: 'uas-answers', calls: 1, limitSeconds: 150 });
  t.after(() => carrier.stop());
  const ringwall = await site(t, carrier.localPort);
  const account = await ringwall.addExtension('101');
  const set = await ringwall.ask('extension.set', { number: '101', calling: { isPinProtected: true } });
  const { pin } = set as { readonly pin: string };
  const anna = await baresipFor(ringwall, account, { hertz: 440, transport: 'udp' });
  const heard = (hertz: number): number => anna.secondsHeard(hertz, NOTE_SECONDS);
  /** Dials 777 and, when it has heard the notes, enters this. */
  const enter = async (keys: string, call: number): Promise<void> => {
    const before = heard(INVITED);
    await anna.dial('777');
    await anna.waitFor('CALL_ESTABLISHED', call);
    const isInvited = () => (heard(INVITED) - before >= NOTE_SECONDS ? true : undefined);
    await eventually(isInvited, 'the notes that invite');
    await anna.press(keys);
    await anna.waitFor('CALL_CLOSED', call + 1);
  };

  await anna.dial(NUMBER);
  await anna.waitFor('CALL_CLOSED');
  await enter(`${pin.startsWith('1') ? 2 : 1}${pin.slice(1)}#`, 1);
  assert.equal(heard(OPEN), 0);
  await enter(`${pin}#`, 2);
  assert.ok(heard(OPEN) >= NOTE_SECONDS, 'the notes that say that it is open');
  await anna.dial(NUMBER);
  await anna.waitFor('CALL_ESTABLISHED', 3);
  await anna.hangUp();
  assert.equal((await carrier.succeed()).successful, 1);

  const reasons = (await records(ringwall, 4)).map(({ reason }) => reason);
  assert.match(reasons[3] ?? '', /PIN/, 'locked');
  assert.match(reasons[2] ?? '', /PIN was wrong/);
  assert.match(reasons[1] ?? '', /unlocked by its PIN/);
});

/** The two notes of the alarm, in Hz. */
const ALARM = [880, 1_240] as const;

test('somebody calls for help through the carrier, and a baresip that was named takes the alarm and hears it', async (t) => {
  const carrier = await Sipp.start({ scenario: 'uas-answers', calls: 1, limitSeconds: 90, waitSeconds: 60 });
  t.after(() => carrier.stop());
  const ringwall = await site(t, carrier.localPort);
  await ringwall.ask('setting.set', { name: 'emergency.callExtensions', value: '102' });
  const [anna, ben] = await Promise.all(
    ['101', '102'].map(async (number) =>
      baresipFor(ringwall, await ringwall.addExtension(number), { hertz: 440, transport: 'udp' }),
    ),
  );
  assert.ok(anna !== undefined && ben !== undefined);
  await anna.dial('999');
  await ben.waitFor('CALL_INCOMING');
  await ben.accept();
  await anna.waitFor('CALL_ESTABLISHED');
  for (const hertz of ALARM) {
    const isHeard = () => (ben.secondsHeard(hertz, NOTE_SECONDS) >= 1 ? true : undefined);
    await eventually(isHeard, `${hertz} Hz for a second`, 15_000); // eslint-disable-line no-await-in-loop
  }
  await ben.waitFor('CALL_CLOSED', 1, 30_000);
  assert.ok(!anna.events.includes('CALL_CLOSED'), 'the call for help goes on');
  await anna.hangUp();
  assert.equal((await carrier.succeed()).successful, 1);
});
