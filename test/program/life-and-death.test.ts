import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { eventually, pause } from '../interop/harness/process.ts';
import { Authority } from './authority.ts';
import { hangUp, register, Site, type SiteOptions, talk } from './site.ts';

async function running(t: TestContext, options: SiteOptions = {}): Promise<Site> {
  const site = await Site.make(options);
  t.after(() => site.close());
  await site.start();
  return site;
}

interface RecordView {
  readonly dialled: string;
  readonly outcome: string;
  readonly reason: string;
}

async function records(site: Site): Promise<readonly RecordView[]> {
  const { out } = await site.run('--json', 'records');
  return (JSON.parse(out) as { readonly records: readonly RecordView[] }).records;
}

test('SIGTERM ends a call with a BYE to both phones and its record on disk, well within three seconds', async (t) => {
  const site = await running(t);
  const anna = await site.registered(await site.addExtension('101'), 'tls');
  const ben = await site.registered(await site.addExtension('102'));
  await talk(anna, ben);
  const before = performance.now();
  process.kill(site.program.pid, 'SIGTERM');
  assert.equal(await site.program.exitCode(5_000), 0);
  const tookMs = performance.now() - before;
  assert.ok(tookMs < 3_000, `${tookMs} ms`);
  for (const phone of [anna, ben]) assert.equal(phone.call?.state, 'ended');
  const [record] = await records(site);
  assert.deepEqual(
    [record?.dialled, record?.outcome, record?.reason],
    ['102', 'answered', 'The phone system was stopped'],
  );
  assert.equal(site.lastStop, 'SIGTERM');
});

test('a phone that does not answer its BYE holds the end up for two seconds and no longer', async (t) => {
  const site = await running(t);
  const anna = await site.registered(await site.addExtension('101'));
  const ben = await site.registered(await site.addExtension('102'));
  await talk(anna, ben);
  site.cutOff(ben);
  const before = performance.now();
  assert.equal((await site.run('stop')).code, 0);
  assert.equal(await site.program.exitCode(6_000), 0);
  const tookMs = performance.now() - before;
  assert.ok(tookMs > 1_900 && tookMs < 4_500, `${tookMs} ms`);
  assert.equal((await records(site)).length, 1);
});

test('every thread of the program gives way to those that carry sound', async (t) => {
  const site = await running(t);
  const tasks = `/proc/${site.program.pid}/task`;
  const nicenessOf = (name: (of: string) => boolean): readonly number[] =>
    readdirSync(tasks)
      .filter((id) => name(readFileSync(`${tasks}/${id}/comm`, 'utf8').trim()))
      .map((id) => getPriority(Number(id)));
  const isSound = (name: string): boolean => name === 'ringwall-media';
  const giveWay = (): boolean => Math.min(...nicenessOf((name) => !isSound(name))) > getPriority();
  await eventually(() => giveWay() || undefined, 'every other thread gives way');
  const sound = nicenessOf(isSound);
  assert.ok(sound.length > 0);
  assert.deepEqual(new Set(sound), new Set([getPriority()]), 'sound is as the whole program was started');
});

test('with nothing to do, the end takes no time, whoever is connected', async (t) => {
  const site = await running(t);
  await site.registered(await site.addExtension('101'), 'tls');
  await site.metric('ringwall_calls');
  const before = performance.now();
  process.kill(site.program.pid, 'SIGTERM');
  assert.equal(await site.program.exitCode(5_000), 0);
  const tookMs = performance.now() - before;
  assert.ok(tookMs < 1_000, `${tookMs} ms`);
});

test('after kill -9 the bindings over UDP are back, and a call gets through at once', async (t) => {
  const site = await running(t);
  const anna = await site.addExtension('101');
  const ben = await site.registered(await site.addExtension('102'));
  const carl = await site.addExtension('103');
  await site.registered(carl, 'tcp');
  await pause(1_000);
  process.kill(site.program.pid, 'SIGKILL');
  await site.program.exitCode(5_000);
  await site.start();
  const { lastStop } = (await site.ask('status', {})) as { readonly lastStop: string };
  assert.match(lastStop, /killed/);
  const caller = await site.registered(anna);
  await talk(caller, ben);
  caller.say(caller.phone.dial('103'));
  await eventually(
    () => (caller.call?.state === 'ended' ? true : undefined),
    'the call to a broken connection',
  );
  assert.equal(caller.call?.status, 480);
});

test('SIGHUP reads the certificate again; what is wrong with it is in the log, and the old one stays', async (t) => {
  const site = await running(t);
  const own = join(site.folder, 'self-signed.pem');
  const before = readFileSync(own);
  process.kill(site.program.pid, 'SIGHUP');
  await site.program.waitFor(/"event":"certificate".*The certificate was read again: it is the same/);
  await site.program.stop();

  const [certificate, key] = [join(site.folder, 'own.pem'), join(site.folder, 'own.key')];
  const text = before.toString();
  const at = text.indexOf('-----BEGIN CERTIFICATE');
  writeFileSync(certificate, text.slice(at));
  writeFileSync(key, text.slice(0, at), { mode: 0o600 });
  Object.assign(site.env, { RINGWALL_SIP_TLS_CERTIFICATE_FILE: certificate, RINGWALL_SIP_TLS_KEY_FILE: key });
  const account = await (async () => {
    await site.start();
    return site.addExtension('101');
  })();
  writeFileSync(certificate, 'nonsense');
  process.kill(site.program.pid, 'SIGHUP');
  await site.program.waitFor(/"level":"error".*not a PEM certificate.*served before stays/);
  await site.registered(account, 'tls');
});

test('a new certificate is served from then on, and a call over the old one goes on and is heard', async (t) => {
  const site = await Site.make();
  t.after(() => site.close());
  const authority = new Authority('Own');
  const [certificate, key] = [join(site.folder, 'own.pem'), join(site.folder, 'own.key')];
  const install = () => {
    const pair = authority.certify('127.0.0.1');
    writeFileSync(certificate, pair.certificate);
    writeFileSync(key, pair.key, { mode: 0o600 });
  };
  install();
  Object.assign(site.env, { RINGWALL_SIP_TLS_CERTIFICATE_FILE: certificate, RINGWALL_SIP_TLS_KEY_FILE: key });
  await site.start();
  const fingerprint = async () =>
    ((await site.ask('status', {})) as { readonly certificate: { readonly fingerprint: string } }).certificate
      .fingerprint;
  const before = await fingerprint();
  const account = await site.addExtension('101');
  const anna = await site.registered(account, 'tls');
  const ben = await site.registered(await site.addExtension('102'), 'tls');
  await talk(anna, ben);
  await eventually(() => (ben.voice?.heard.packets ?? 0) > 5 || undefined, 'Ben hears Anna');

  install();
  const reloaded = await site.run('certificate', 'reload');
  assert.equal(reloaded.code, 0, reloaded.err);
  assert.notEqual(await fingerprint(), before);
  // A phone of the tests connects only to the certificate that the status tells.
  await site.registered(account, 'tls');
  const heard = [anna, ben].map(({ voice }) => voice?.heard.packets ?? 0);
  for (const [i, phone] of [anna, ben].entries()) {
    await eventually(
      () => (phone.voice?.heard.packets ?? 0) > (heard[i] ?? 0) + 20 || undefined,
      'it is heard',
    ); // eslint-disable-line no-await-in-loop
  }
  assert.deepEqual([anna.call?.state, ben.call?.state], ['talking', 'talking']);
  await hangUp(anna, ben);
});

test('on a full disk calls go on, a change is refused and changes nothing, and records are saved later', async (t) => {
  const data = '/mnt/ringwall';
  const mount = `mount -t tmpfs -o size=700k tmpfs /mnt && mkdir -m 700 ${data} && exec "$@"`;
  const site = await running(t, {
    prefix: ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh'],
    env: { RINGWALL_STORAGE_DIRECTORY: data },
  });
  const anna = await site.registered(await site.addExtension('101'));
  const ben = await site.registered(await site.addExtension('102'));
  const filler = join(dirname(dirname(site.controlPath)), 'filler');
  fill(filler);

  await assert.rejects(async () => {
    for (let number = 200; number < 300; number++) await site.addExtension(String(number));
  }, /^Error: STORE_FULL: There is no space left/);
  const before = await numbers(site);
  for (let call = 0; call < 5; call++) {
    await talk(anna, ben);
    await hangUp(anna, ben);
  }
  await register(ben);
  await site.program.waitFor(/Call records wait to be saved: There is no space left/);

  writeFileSync(filler, '');
  await eventually(
    async () => {
      const page = (await site.ask('calls.records', { limit: 10 })) as {
        readonly records: readonly unknown[];
      };
      return page.records.length === 5 ? true : undefined;
    },
    'the records are saved',
    10_000,
  );
  await site.addExtension('500');
  assert.deepEqual(await numbers(site), [...before, '500']);
});

async function numbers(site: Site): Promise<readonly string[]> {
  const listed = (await site.ask('extension.list', { limit: 500 })) as {
    readonly extensions: readonly { readonly number: string }[];
  };
  return listed.extensions.map(({ number }) => number);
}

/** Fills its file system to the last byte. */
function fill(file: string): void {
  for (let bytes = 64 * 1_024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    }
  }
}
