import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Baresip } from './harness/baresip.ts';
import { baresipFor, ringwallFor } from './harness/office.ts';
import { eventually, pause } from './harness/process.ts';
import type { Ringwall } from './harness/ringwall.ts';

const ANNA = 440;
const BEN = 1_000;
const CARLA = 1_700;
/**
 * What Carla's phone on TLS does about it. One that keeps a flow (RFC 5626) notices that it is gone, and baresip then waits
 * for 30 to 60 s; any other comes back when it would have registered anew, after 36 s of 40: long enough to start Ringwall
 * on a machine that is busy.
 */
const WAYS = [
  { signal: 'SIGTERM', carla: { flows: true, registerSeconds: 3_600 }, how: 'for an hour, with a flow' },
  { signal: 'SIGKILL', carla: { flows: false, registerSeconds: 40 }, how: 'for 40 s' },
] as const;

interface Listed {
  readonly extension: string;
  readonly waiting: boolean;
}

async function bindings(ringwall: Ringwall): Promise<readonly string[]> {
  const answer = (await ringwall.ask('bindings.list', { limit: 10, skip: 0 })) as {
    readonly bindings: readonly Listed[];
  };
  return answer.bindings.map(({ extension, waiting }) => (waiting ? `${extension} waits` : extension));
}

/** Registrations are on the disk within a second. */
async function saved(): Promise<void> {
  await pause(1_500);
}

async function assertHeard(caller: Baresip, callerHertz: number, callee: Baresip, calleeHertz: number) {
  await callee.waitForTone(callerHertz, 1, callee.secondsHeard(callerHertz));
  await caller.waitForTone(calleeHertz, 1, caller.secondsHeard(calleeHertz));
}

// Side by side: most of the time they wait.
suite('a restart', { concurrency: true }, () => {
  for (const way of WAYS) {
    test(`after ${way.signal} a phone on TCP is called at once, and one on TLS, registered ${way.how}, when it is back`, async (t) => {
      const ringwall = await ringwallFor(t, { env: { RINGWALL_REGISTRAR_MIN_EXPIRES_SECONDS: '30' } });
      const anna = await baresipFor(ringwall, await ringwall.addExtension('101'), {
        hertz: ANNA,
        transport: 'udp',
      });
      const ben = await baresipFor(ringwall, await ringwall.addExtension('102'), {
        hertz: BEN,
        transport: 'tcp',
        answers: true,
      });
      const carla = await baresipFor(ringwall, await ringwall.addExtension('103'), {
        hertz: CARLA,
        transport: 'tls',
        mediaEncryption: 'srtp-mand',
        caFile: ringwall.certificateFile,
        ...way.carla,
        answers: true,
      });
      await saved();
      await ringwall.restart(way.signal);
      assert.deepEqual(await bindings(ringwall), ['101', '102 waits', '103 waits']);

      // Ben has not noticed anything, and is called at the address that his phone gave.
      await anna.dial('102');
      await ben.waitFor('CALL_ESTABLISHED');
      await assertHeard(anna, ANNA, ben, BEN);
      await ben.hangUp();
      await anna.waitFor('CALL_CLOSED');

      await anna.dial('103');
      await anna.waitFor('CALL_CLOSED', 2);
      assert.equal(carla.events.includes('CALL_INCOMING'), false);
      await eventually(
        async () => ((await bindings(ringwall)).includes('103') ? true : undefined),
        'Carla is back',
        75_000,
      );
      assert.equal((await bindings(ringwall)).length, 3);
      await anna.dial('103');
      await carla.waitFor('CALL_ESTABLISHED');
      await assertHeard(anna, ANNA, carla, CARLA);
      assert.match(carla.said, /SRTP is Enabled/);
    });
  }
});
