import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { pause, Program } from '../interop/harness/process.ts';
import { COMMAND, hangUp, register, Site, talk } from './site.ts';

let site: Site;
before(async () => {
  site = await Site.make();
  await site.start();
});
after(() => site.close());

function follow(...options: readonly string[]): Program {
  const args = [COMMAND, ...options, 'calls', '--follow', '--registrations'];
  return new Program(process.execPath, args, { env: site.env });
}

test('a call is told as it happens, to a person; Ctrl-C ends that well', async () => {
  const watching = follow();
  await watching.waitFor(/Following; Ctrl-C ends it/);
  assert.equal((await site.run('try')).code, 0);
  await watching.waitFor(/99999998.*99999997[^]*rings[^]*answered[^]*ended/i);
  process.kill(watching.pid, 'SIGINT');
  assert.equal(await watching.exitCode(3_000), 0, watching.said);
});

test('as JSON each event is one object, in the order in which it happened', async () => {
  const anna = await site.registered(await site.addExtension('101'));
  const ben = await site.registered(await site.addExtension('102'));
  const watching = follow('--json');
  // It says nothing before the first event: so there are some, until one is told.
  for (let tries = 0; tries < 100 && !watching.said.includes('registered'); tries++) {
    anna.say(anna.phone.register(tries % 2 === 0 ? 0 : 60));
    await pause(100);
  }
  await register(anna);
  await talk(anna, ben);
  await hangUp(anna, ben);
  await watching.waitFor(/call-ended/);
  process.kill(watching.pid, 'SIGINT');
  assert.equal(await watching.exitCode(3_000), 0);
  const events = watching.said
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
  assert.deepEqual(
    events.filter((kind) => kind.startsWith('call-')),
    ['call-started', 'call-ringing', 'call-answered', 'call-ended'],
  );
});

test('when the program stops, whoever follows is told so', async () => {
  const watching = follow();
  await watching.waitFor(/Following/);
  assert.equal((await site.run('stop')).code, 0);
  assert.notEqual(await watching.exitCode(5_000), 0);
  assert.match(watching.said, /ringwall: .*program/);
});
