import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { runTrial, type TrialStep } from '../../packages/cli/src/try/trial.ts';
import { freePorts } from '../interop/harness/ports.ts';
import { ADDRESS, Site, type SiteOptions, talk } from './site.ts';

/** The self-test tells what works; and of what does not, what it is. */

async function running(t: TestContext, options?: SiteOptions): Promise<Site> {
  const site = await Site.make(options);
  t.after(() => site.close());
  await site.start();
  return site;
}

test('over TLS it says each step with its time, what each phone heard, and what was encrypted', async (t) => {
  const site = await running(t);
  const { code, out } = await site.run('try');
  assert.equal(code, 0, out);
  const steps = out.split('\n').filter((line) => /^ok {3}.+ \(\d+ ms\)$/.test(line));
  assert.equal(steps.length, 6, out);
  assert.match(out, /heard the tone of 620 Hz in \d+ packets, \d\d+ % of their sound/);
  assert.match(out, /heard the tone of 440 Hz in \d+ packets, \d\d+ % of their sound/);
  assert.match(out, /Signalling was encrypted \(TLSv1\.3\)/);
  assert.match(out, /Sound was encrypted on both sides \(SRTP AES_CM_128_HMAC_SHA1_80\)/);
  assert.match(out, /both phones heard each other/);
  const extensions = (await site.ask('extension.list', { limit: 10, skip: 0 })) as {
    readonly matching: number;
  };
  assert.equal(extensions.matching, 0, 'nothing is left of the test phones');
});

test('where there is no TLS it says that nothing was encrypted, to a script too', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  Object.assign(site.env, { RINGWALL_SIP_LISTENERS: `udp:${ADDRESS}:${site.port}` });
  await site.start();
  const { code, out } = await site.run('--json', 'try');
  assert.equal(code, 0, out);
  const { steps, heard, ...report } = JSON.parse(out) as Awaited<ReturnType<typeof runTrial>>;
  assert.deepEqual(report, {
    ok: true,
    transport: 'udp',
    signallingProtection: null,
    soundProtection: [null, null],
  });
  assert.equal(steps.length, 6);
  assert.deepEqual(
    heard.map(({ hz, packets, share }) => [hz, packets > 20, share > 0.9]),
    [
      [620, true, true],
      [440, true, true],
    ],
  );
});

test('a call that is refused is the step that failed, with the answer, and nothing is said of sound', async (t) => {
  const site = await running(t, { env: { RINGWALL_CALLS_AT_ONCE: '1' } });
  const anna = await site.registered(await site.addExtension('101'));
  const ben = await site.registered(await site.addExtension('102'));
  await talk(anna, ben);
  const { code, out } = await site.run('try');
  assert.equal(code, 1, out);
  assert.match(out, /^FAIL The first calls the second, which rings: the phone system said 503 \(\d+ ms\)$/m);
  assert.doesNotMatch(out, /The second answers|[Ss]ound was/);
  assert.match(out, /Signalling was encrypted/);
  assert.match(out, /Something does not work: see the line that failed\./);
});

const PHONES = ['99999998', '99999997'].map((number) => ({ number, authId: 'a', password: 'p' }));

async function trialAt(transport: 'udp' | 'tcp', port: number): Promise<readonly TrialStep[]> {
  const told: TrialStep[] = [];
  const begun = {
    token: 'token',
    extensions: PHONES,
    addresses: [{ transport, host: ADDRESS, port }],
    domain: ADDRESS,
    certificate: null,
    expiresAt: 0,
  };
  const report = await runTrial(begun, (step) => told.push(step));
  assert.equal(report.ok, false);
  assert.deepEqual(report.steps, told);
  assert.deepEqual(report.heard, []);
  return told;
}

test('where nobody listens, and where registrations are refused, the step that failed says so and is the last', async () => {
  const port = await freePorts(1);
  const [alone, ...none] = await trialAt('tcp', port);
  assert.deepEqual(none, []);
  assert.match(alone?.says ?? '', /^Two test phones connect over TCP: .*ECONNREFUSED/);

  const refusing = createSocket('udp4').bind(port, ADDRESS);
  await once(refusing, 'listening');
  refusing.on('message', (bytes, from) => {
    const [, ...lines] = bytes.toString('latin1').split('\r\n');
    const copied = lines.filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    refusing.send(
      ['SIP/2.0 503 Later', ...copied, 'Content-Length: 0', '', ''].join('\r\n'),
      from.port,
      from.address,
    );
  });
  const steps = await trialAt('udp', port);
  refusing.close();
  assert.deepEqual(
    steps.map(({ ok }) => ok),
    [true, false],
  );
  assert.match(steps[1]?.says ?? '', /the phone system said 503$/);
});
