import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../interop/harness/process.ts';
import { Authority } from './authority.ts';
import { ADDRESS, Site } from './site.ts';
import { inviteFor, sayAsAnybody, TlsProvider } from './tls-provider.ts';

const PASSWORD = 'password-of-the-trunk';

async function office(t: TestContext, own: Authority) {
  const site = await Site.make();
  t.after(async () => site.close());
  await site.start();
  const caFile = join(site.folder, 'provider-ca.pem');
  const passwordFile = join(site.folder, 'password');
  writeFileSync(caFile, own.pem);
  writeFileSync(passwordFile, PASSWORD);
  const run = async (...words: readonly string[]): Promise<string> => {
    const ran = await site.run(...words);
    assert.equal(ran.code, 0, ran.err);
    return ran.out;
  };
  const add = async (name: string, provider: TlsProvider, ...more: readonly string[]) => {
    const place = ['--host', ADDRESS, '--port', `${provider.port}`, '--transport', 'tls'];
    return run('trunk', 'add', name, ...place, ...more);
  };
  /** Waits until `trunk show` matches, and gives it whole. */
  const shows = async (name: string, what: RegExp): Promise<string> => {
    let last = '';
    return eventually(
      async () => {
        last = await run('trunk', 'show', name);
        return what.test(last) ? last : undefined;
      },
      `trunk show ${name} says ${what}`,
      10_000,
    ).catch(() => assert.fail(last));
  };
  return { site, run, add, shows, caFile, passwordFile };
}

test('a trunk over TLS registers at a provider of its own CA, and is called over that connection alone', async (t) => {
  const own = new Authority('Acme Root');
  const provider = await TlsProvider.start(t, own.certify(ADDRESS), PASSWORD);
  const { site, add, shows, caFile, passwordFile } = await office(t, own);
  const phone = await site.registered(await site.addExtension('101'));
  const account = ['--user', '101', '--realm', 'provider.example', '--password-file', passwordFile];
  await add('acme', provider, ...account, '--called-number', 'to', '--ca-file', caFile);
  const shown = await shows('acme', /State +up/);
  assert.match(shown, /Trusted CA +this alone: CN=Acme Root, ends \d{4}-/);
  assert.doesNotMatch(shown, /BEGIN CERTIFICATE/);
  const { contact } = provider;
  assert.ok(contact !== undefined, 'it proved who it is');

  const status = await sayAsAnybody(t, site.port + 1, inviteFor(contact, 'forged'));
  assert.equal(
    status,
    '401',
    'its address is that of the provider, and it knows the contact, which is not enough',
  );
  assert.equal(phone.call, undefined);

  provider.say(inviteFor(contact, 'genuine'));
  await eventually(
    async () => /SIP\/2\.0 200 .*Call-ID: genuine/s.test(provider.heard) || undefined,
    'an answer',
  );
  assert.ok(phone.call !== undefined, 'the phone was called');
});

test('RFC 5922 7.1: a provider whose certificate names it by a sip URI is connected to', async (t) => {
  const own = new Authority('Acme Root');
  const provider = await TlsProvider.start(t, own.certify(`sip:${ADDRESS}`));
  const { add, shows, caFile } = await office(t, own);
  await add('acme', provider, '--by-address', '--ca-file', caFile);
  await shows('acme', /State +up/);
});

test('a wrong name, another CA, one that Node does not know and an expired certificate are refused, and trunk show says which', async (t) => {
  const [own, other] = [new Authority('Acme Root'), new Authority('Acme Root')];
  const { run, add, shows, caFile } = await office(t, own);
  const provider = async (certificate: ReturnType<Authority['certify']>) => TlsProvider.start(t, certificate);
  const [misnamed, foreign, expired, unknown] = [
    await provider(own.certify('127.0.0.2')),
    await provider(other.certify(ADDRESS)),
    await provider(own.certify(ADDRESS, -1)),
    await provider(own.certify(ADDRESS)),
  ];
  const withOwn = ['--by-address', '--ca-file', caFile];
  await add('misnamed', misnamed, ...withOwn);
  await add('foreign', foreign, ...withOwn);
  await add('expired', expired, ...withOwn);
  await add('unknown', unknown, '--by-address');
  await shows('misnamed', /State +down.*does not name 127\.0\.0\.1: it may be somebody else/);
  await shows('foreign', /State +down.*does not come from the CA that was given for it/);
  await shows('expired', /State +down.*is not valid today/);
  await shows('unknown', /State +down.*comes from nobody whom this machine trusts/);
  for (const { heard } of [misnamed, foreign, expired, unknown])
    assert.equal(heard, '', 'nothing was said to it');

  await run('trunk', 'set', 'unknown', '--ca-file', caFile);
  await shows('unknown', /State +up/);
  await run('trunk', 'set', 'unknown', '--ca-file', 'none');
  await shows('unknown', /State +down.*comes from nobody whom this machine trusts/);
});
