import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Baresip } from './harness/baresip.ts';
import { baresipFor, ringwallFor } from './harness/office.ts';
import type { Ringwall } from './harness/ringwall.ts';

const ANNA = 440;
const BEN = 1_000;
const CARLA = 1_700;
/** Seconds of the other's tone that make a call heard. */
const HEARD = 1;

interface House {
  readonly ringwall: Ringwall;
  readonly anna: Baresip;
  readonly ben: Baresip;
  readonly carla: Baresip;
}

/** Anna and two who take every call; over TLS with SRTP alone. */
async function house(t: TestContext, transport: 'tcp' | 'tls'): Promise<House> {
  const ringwall = await ringwallFor(t);
  const secure = { mediaEncryption: 'srtp-mand', caFile: ringwall.certificateFile } as const;
  const phone = async (number: string, hertz: number, answers: boolean): Promise<Baresip> =>
    baresipFor(ringwall, await ringwall.addExtension(number), {
      hertz,
      transport,
      answers,
      ...(transport === 'tls' && secure),
    });
  return {
    ringwall,
    anna: await phone('101', ANNA, false),
    ben: await phone('102', BEN, true),
    carla: await phone('103', CARLA, true),
  };
}

/** From now on, in both directions. */
async function hearEachOther(a: Baresip, aHertz: number, b: Baresip, bHertz: number): Promise<void> {
  const [before, after] = [a.secondsHeard(bHertz), b.secondsHeard(aHertz)];
  await a.waitForTone(bHertz, HEARD, before);
  await b.waitForTone(aHertz, HEARD, after);
}

function targetOf({ ringwall }: House, transport: string, number: string): string {
  const port = transport === 'tls' ? ringwall.tlsPort : ringwall.port;
  return `sip:${number}@${ringwall.address}:${port};transport=${transport}`;
}

for (const transport of ['tcp', 'tls'] as const) {
  const how = transport === 'tls' ? 'TLS with SRTP' : 'TCP';

  test(`over ${how} hold silences the other side, and resume brings the sound back`, async (t) => {
    const { anna, ben } = await house(t, transport);
    await anna.dial('102');
    await ben.waitFor('CALL_ESTABLISHED');
    await hearEachOther(anna, ANNA, ben, BEN);
    await anna.hold();
    await ben.waitForSound(false);
    await anna.resume();
    await ben.waitForSound(true);
    await anna.waitForSound(true);
  });

  test(`over ${how} a blind transfer leaves the other two in a call, and they hear each other`, async (t) => {
    const made = await house(t, transport);
    const { anna, ben, carla } = made;
    await anna.dial('102');
    await ben.waitFor('CALL_ESTABLISHED');
    await hearEachOther(anna, ANNA, ben, BEN);
    await anna.transfer(targetOf(made, transport, '103'));
    await carla.waitFor('CALL_ESTABLISHED');
    await anna.waitFor('CALL_CLOSED');
    await hearEachOther(ben, BEN, carla, CARLA);
    await ben.hangUp();
    await carla.waitFor('CALL_CLOSED');
  });

  test(`over ${how} an attended transfer leaves the other two in a call, and they hear each other`, async (t) => {
    const made = await house(t, transport);
    const { anna, ben, carla } = made;
    await anna.dial('102');
    await ben.waitFor('CALL_ESTABLISHED');
    await hearEachOther(anna, ANNA, ben, BEN);
    await anna.hold();
    await anna.dial('103');
    await carla.waitFor('CALL_ESTABLISHED');
    await hearEachOther(anna, ANNA, carla, CARLA);
    assert.equal(carla.secondsHeard(BEN), 0);
    await anna.transfer(`<${targetOf(made, transport, '102')}?Replaces=${anna.replacing('102')}>`);
    await anna.waitFor('CALL_CLOSED', 2);
    await ben.waitForSound(true);
    await carla.waitForTone(BEN, HEARD);
    if (transport === 'tls') for (const each of [ben, carla]) assert.match(each.said, /SRTP is Enabled/);
    await carla.hangUp();
    await ben.waitFor('CALL_CLOSED');
  });
}
