import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ringwallFor, sippPhoneFor, sippUser } from './harness/office.ts';
import { eventually } from './harness/process.ts';
import type { Ringwall } from './harness/ringwall.ts';
import { Sipp, type SippUser } from './harness/sipp.ts';

interface Record {
  readonly outcome: string;
  readonly endedBy: string;
}

/** A program with 101, who calls, and 102, who does what `scenario` says. */
async function office(
  t: TestContext,
  scenario: string,
  calls = 1,
): Promise<{ readonly ringwall: Ringwall; readonly callee: Sipp; readonly users: readonly SippUser[] }> {
  const ringwall = await ringwallFor(t);
  const anna = await ringwall.addExtension('101');
  const ben = await ringwall.addExtension('102');
  const callee = await sippPhoneFor(ringwall, ben, { scenario, calls });
  return { ringwall, callee, users: [sippUser(anna, '102')] };
}

/** The call records, when there are as many as expected: they are written just after a call has ended. */
async function records(ringwall: Ringwall, count: number): Promise<readonly Record[]> {
  return eventually(async () => {
    const { records } = (await ringwall.command('records')) as { records: readonly Record[] };
    return records.length >= count ? records : undefined;
  }, `${count} call records`);
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`SIPp calls over ${transport} a phone on UDP, talks and hangs up`, async (t) => {
    const { ringwall, callee, users } = await office(t, 'uas-answers', 5);
    const scenario = 'uac-calls';
    await Sipp.run({ scenario, transport, users, calls: 5, callsPerSecond: 3, remotePort: ringwall.port });
    assert.equal((await callee.succeed()).successful, 5);
    for (const record of await records(ringwall, 5)) {
      assert.equal(record.outcome, 'answered');
      assert.equal(record.endedBy, 'caller');
    }
  });
}

test('SIPp that is busy makes its caller hear 486', async (t) => {
  const { ringwall, callee, users } = await office(t, 'uas-busy');
  await Sipp.run({ scenario: 'uac-is-told-busy', users, remotePort: ringwall.port });
  await callee.succeed();
  assert.equal((await records(ringwall, 1))[0]?.outcome, 'busy');
});

test('SIPp that gives up while it rings is answered, and the phone stops ringing', async (t) => {
  const { ringwall, callee, users } = await office(t, 'uas-rings-until-cancelled');
  await Sipp.run({ scenario: 'uac-cancels', users, remotePort: ringwall.port });
  await callee.succeed();
  assert.equal((await records(ringwall, 1))[0]?.outcome, 'cancelled');
});

test('SIPp puts a call on hold with a re-INVITE, and takes it back', async (t) => {
  const { ringwall, callee, users } = await office(t, 'uas-answers');
  await Sipp.run({ scenario: 'uac-reinvites-hold', users, remotePort: ringwall.port });
  await callee.succeed();
});

test('RFC 3261 13.3.1.4: SIPp that does not hear the first 200 gets it again', async (t) => {
  const { ringwall, callee, users } = await office(t, 'uas-answers');
  const scenario = 'uac-drops-one-200';
  await Sipp.run({ scenario, users, remotePort: ringwall.port, seesRetransmissions: true });
  await callee.succeed();
});
