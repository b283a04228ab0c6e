// Proves the scenarios against each other: what fails here is the harness or the machine, not Ringwall.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Sipp, type SippOptions } from './harness/sipp.ts';

const JOE = { number: '101', authUser: 'joe', authPassword: 'schmo', callee: '102' };

async function waiting(t: TestContext, options: SippOptions): Promise<Sipp> {
  const started = await Sipp.start(options);
  t.after(() => started.stop());
  return started;
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`the driver: over ${transport}, a caller proves its password, talks and hangs up`, async (t) => {
    const callee = await waiting(t, { scenario: 'uas-challenges', transport, calls: 3 });
    const result = await Sipp.run({
      scenario: 'uac-calls',
      transport,
      calls: 3,
      users: [JOE],
      remotePort: callee.localPort,
    });
    assert.equal(result.successful, 3);
    assert.equal((await callee.succeed()).successful, 3);
  });
}

test('the driver: a wrong password is a failed call, and the driver says so', async (t) => {
  const callee = await waiting(t, { scenario: 'uas-challenges' });
  const users = [{ ...JOE, authPassword: 'wrong' }];
  await assert.rejects(
    Sipp.run({ scenario: 'uac-calls', users, remotePort: callee.localPort }),
    /exit code 1, 0 successful, 1 failed/,
  );
});
