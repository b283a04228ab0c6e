// Stage one: who looks for telephone systems does not find this one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { METHODS, NEVER_ANSWERED, requestFrom } from './harness/messages.ts';
import { assertUnharmed, describe, type Probes } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

let scene: Scene;
let probes: Probes;
before(async () => {
  scene = await Scene.open();
  probes = await scene.probe();
});
after(() => scene.close());

/** An attack that sends something, and gets nothing: no SIP, and not so much as an ICMP message. */
async function assertSilence(attack: () => Promise<unknown>): Promise<void> {
  const { sent, received } = await scene.packetsIn(attack);
  assert.ok(sent > 0, 'the attacker sent nothing');
  assert.equal(received, 0);
}

/** One request of each method, each from a port of its own. */
function oneOfEach(host: string, firstPort = 20_000) {
  const [address] = scene.attacker.addresses;
  return METHODS.map((method, i) =>
    requestFrom({ address, port: firstPort + i }, { method, user: '901', host }),
  );
}

test('an answer that does come is counted, so that silence means something', async () => {
  const [address] = scene.attacker.addresses;
  const options = requestFrom({ address, port: 20_000 }, { method: 'OPTIONS', user: '901', host: DOMAIN });
  assert.deepEqual(await scene.packetsIn(() => scene.ask([options])), { sent: 1, received: 1 });
});

/** svmap in all its ways: by method, in a compact form, over IPv6. All at once, since each waits for answers. */
function svmap(target: string, target6: string): Promise<readonly string[]> {
  const { addresses, address6 } = scene.attacker;
  const four = [target, '-b', addresses[0]];
  const six = ['-6', target6, '-b', address6];
  const scans = [four, [...four, '-m', 'INVITE'], [...four, '-m', 'REGISTER'], [...four, '-c'], six];
  return Promise.all(scans.map((scan) => scene.tool(30_000, 'svmap', '-v', ...scan)));
}

function sipsak(target: string): Promise<string> {
  return scene.tool(3_000, 'sipsak', '-vv', '-s', `sip:100@${target}`);
}

test('svmap and sipsak find a telephone system that answers, in all of these ways', async () => {
  const asked = await scene.permissive({ 100: 'secret' }, async (target, target6) => {
    for (const said of await svmap(target, target6)) assert.match(said, /Permissive 1\.0/);
    assert.match(await sipsak(target), /SIP\/2\.0 401/);
  });
  for (const method of ['OPTIONS', 'INVITE', 'REGISTER']) assert.ok((asked[method] ?? 0) > 0, method);
});

test('svmap and sipsak find nothing, by whichever method, over IPv4 and IPv6, and nothing is sent to them', async () => {
  const { address } = scene.server;
  await assertSilence(async () => {
    const [found] = await Promise.all([svmap(address, scene.pbx.address6), sipsak(address)]);
    for (const said of found) assert.match(said, /found nothing/i);
  });
});

test('whatever the method: who names an address, or a name that is not ours, is not answered', async () => {
  const hosts = [scene.server.address, '192.0.2.1', 'localhost', 'example.com', `x.${DOMAIN}`];
  await assertSilence(() => scene.ask(hosts.flatMap((host, i) => oneOfEach(host, 20_000 + 100 * i))));
});

test('who names our domain gets one 401 for a request, not repeated, that tells nothing of who we are', async () => {
  const asks = oneOfEach(DOMAIN);
  const heard = await scene.ask(asks);
  for (const [i, { method, text }] of asks.entries()) {
    const answers = heard[i] ?? [];
    assert.equal(answers.length, NEVER_ANSWERED.has(method) ? 0 : 1, method);
    for (const answer of answers) {
      assert.match(answer, /^SIP\/2\.0 401 Unauthorized\r\n/);
      assert.doesNotMatch(answer, /^(Server|User-Agent|Allow|Supported|Accept|Contact|Date|Warning)\s*:/im);
      assert.doesNotMatch(answer, /ringwall|node/i);
      assert.ok(answer.length <= 2.2 * text.length, `${answer.length} bytes for ${text.length}`);
    }
  }
});

test('those who work in the office noticed nothing of it', async (t) => {
  const report = await probes.report();
  t.diagnostic(describe(report));
  assertUnharmed(report);
});
