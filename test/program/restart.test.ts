import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, pause } from '../interop/harness/process.ts';
import { Site } from './site.ts';

/** So long a call is held for a phone that is away, and a busy machine is given to bring it back. */
const HELD_MS = 5_000;

async function bindings(site: Site): Promise<readonly string[]> {
  const listed = (await site.ask('bindings.list', { limit: 10, skip: 0 })) as {
    readonly bindings: readonly {
      readonly extension: string;
      readonly transport: string;
      readonly waiting: boolean;
    }[];
  };
  return listed.bindings.map(({ extension, transport, waiting }) =>
    [extension, transport, ...(waiting ? ['waits'] : [])].join(' '),
  );
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`after ${signal} bindings over TCP and TLS wait for their phones, and calls for those that come back`, async (t) => {
    const site = await Site.make();
    t.after(() => site.close());
    await site.start();
    const anna = await site.addExtension('101');
    const ben = await site.addExtension('102');
    const carla = await site.addExtension('103');
    await site.registered(ben, 'tls');
    await site.registered(carla, 'tcp', { refuseWith: 486 });
    const caller = await site.registered(anna);
    // Registrations are on the disk within a second.
    await pause(1_500);
    process.kill(site.program.pid, signal);
    await site.program.exitCode(10_000);
    await site.start();
    assert.deepEqual(await bindings(site), ['101 udp', '102 tls waits', '103 tcp waits']);

    // A phone of the extension that comes while the call is held is rung, whatever it calls itself.
    const back = await site.phone(ben, 'tls');
    caller.say(caller.phone.dial('102'));
    await eventually(async () => {
      const { matching } = (await site.ask('calls.list', { limit: 1 })) as { readonly matching: number };
      return matching === 1 ? true : undefined;
    }, 'the call is held');
    back.say(back.phone.register());
    await eventually(() => (caller.call?.state === 'talking' ? true : undefined), 'both talk');
    assert.equal(back.call?.state, 'talking');
    assert.deepEqual(await bindings(site), ['101 udp', '102 tls waits', '102 tls', '103 tcp waits']);
    caller.say(caller.phone.act(() => caller.call?.hangUp()));

    // Nobody listens where this phone said it is, and it does not come back.
    const before = performance.now();
    caller.say(caller.phone.dial('103'));
    await eventually(
      () => (caller.call?.state === 'ended' && caller.phone.calls.length === 2 ? true : undefined),
      'it ends',
    );
    assert.equal(caller.call?.status, 480);
    assert.ok(performance.now() - before >= HELD_MS - 100);
    const { out } = await site.run('--json', 'records');
    const { records } = JSON.parse(out) as { readonly records: readonly { readonly reason: string }[] };
    assert.equal(
      records[0]?.reason,
      'No phone of the extension has come back since the phone system was started',
    );
  });
}
