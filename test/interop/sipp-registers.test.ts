import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringwallFor, sippUser } from './harness/office.ts';
import { Sipp } from './harness/sipp.ts';

for (const transport of ['udp', 'tcp'] as const) {
  test(`SIPp registers over ${transport} with digest, and refreshes`, async (t) => {
    const ringwall = await ringwallFor(t);
    const anna = await ringwall.addExtension('101');
    const users = [sippUser(anna)];
    const scenario = 'uac-registers';
    const result = await Sipp.run({ scenario, transport, users, calls: 3, remotePort: ringwall.port });
    assert.equal(result.successful, 3);
    assert.equal(result.retransmissions, 0);
  });
}

test('SIPp with a wrong password is challenged again, and is not registered', async (t) => {
  const ringwall = await ringwallFor(t);
  const anna = await ringwall.addExtension('101');
  const users = [{ ...sippUser(anna), authPassword: 'wrong' }];
  await Sipp.run({ scenario: 'uac-registers-with-wrong-password', users, remotePort: ringwall.port });
  assert.deepEqual(await ringwall.command('bindings'), { bindings: [], matching: 0 });
});

test('SIPp that guesses an extension gets the same as one that has the password wrong', async (t) => {
  const ringwall = await ringwallFor(t);
  const users = [{ number: '999', authUser: '999', authPassword: '999' }];
  await Sipp.run({ scenario: 'uac-registers-with-wrong-password', users, remotePort: ringwall.port });
});

test('a thousand phones register within seconds', async (t) => {
  const extensions = Array.from({ length: 1_000 }, (_, i) => `${2_000 + i}`);
  const ringwall = await ringwallFor(t, { extensions });
  const users = ringwall.accounts.map((account) => sippUser(account));
  const result = await Sipp.run({
    scenario: 'uac-registers',
    users,
    callsPerSecond: 250,
    remotePort: ringwall.port,
    limitSeconds: 40,
  });
  assert.equal(result.successful, 1_000);
  const { matching } = (await ringwall.command('bindings', '--limit', '1')) as { matching: number };
  assert.equal(matching, 1_000);
});
