// Stage three: who has found the telephone system, and a number, guesses the password.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { newOutboundRuleDocument, newTrunkDocument, type SecurityEventView } from '@ringwall/contract';
import type { Account } from '../interop/harness/ringwall.ts';
import type { AnsweringProviderJob, AnsweringProviderOutcome } from './drivers/answering-provider.ts';
import type { AskOutcome } from './drivers/ask.ts';
import type { CallOutJob, CallOutOutcome } from './drivers/call-out.ts';
import type { Guess } from './drivers/guess.ts';
import { eventually, pause } from '../interop/harness/process.ts';
import { DriverRun } from './harness/driver-run.ts';
import { requestFrom } from './harness/messages.ts';
import { assertUnharmed, describe, type Probes } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

/** Wrong passwords within ten minutes that blacklist a source (docs/admin/guard.md). */
const FAST_LIMIT = 10;
/** Ten minutes and a day cannot be waited for: ten seconds, and the time of the test, stand for them. */
const [DAY_LIMIT, FAST_SECONDS] = [12, 10];
const [PATIENT, PER_SECOND] = ['10.98.205.1', 0.85 * (FAST_LIMIT / FAST_SECONDS)];

let scene: Scene;
let probes: Probes;
let victim: Account;
/** What somebody out on the internet owns who has another one's password in mind. */
let accomplice: Account;
const CANARY = '777';
/** It has guessed all by then; where it is not answered it would wait longer, for nothing. */
const PATIENCE_MS = 5_000;
const folder = mkdtempSync(join(tmpdir(), 'ringwall-guessing-'));
before(async () => {
  scene = await Scene.open({ env: { RINGWALL_GUARD_CANARIES: CANARY } });
  victim = await scene.ringwall.addExtension('105');
  accomplice = await scene.ringwall.addExtension('106');
  for (const number of ['105', '106']) await scene.ringwall.ask('extension.set', { number, lanOnly: false });
  const settings = {
    'guard.failedAuthLimit': DAY_LIMIT,
    'guard.failedAuthFastWindowSeconds': FAST_SECONDS,
  };
  for (const [name, value] of Object.entries(settings))
    await scene.ringwall.ask('setting.set', { name, value: String(value) });
  probes = await scene.probe();
});
after(async () => {
  await scene.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Guesses with the right password at a position of the list, knowing more than anybody could: the auth ID. It writes that
 * into From as well, where a phone writes its number, so that even the right password would only get it a 403.
 */
async function svcrack(from: string, position: number): Promise<string> {
  return svcrackOf(scene.server.address, from, position, victim.authId, '--domain', DOMAIN);
}

function svcrackOf(
  target: string,
  from: string,
  position: number,
  user: string,
  ...more: readonly string[]
): Promise<string> {
  const words = Array.from({ length: 300 }, (_, i) => (i + 1 === position ? victim.password : `guess-${i}`));
  const list = join(folder, `${user}.txt`);
  writeFileSync(list, `${words.join('\n')}\n`);
  const options = ['-u', user, '-d', list, '-b', from, '-x', from, ...more];
  return scene.tool(PATIENCE_MS, 'svcrack', ...options, target);
}

async function why(address: string): Promise<string> {
  return JSON.stringify(await scene.ringwall.ask('guard.why', { address }));
}

/** What the guard wrote down of a kind, oldest first. */
async function events(kind: SecurityEventView['kind'], rule?: string): Promise<readonly SecurityEventView[]> {
  const { events: all } = (await scene.ringwall.ask('guard.events', { limit: 500 })) as {
    readonly events: readonly SecurityEventView[];
  };
  return all
    .filter((event) => event.kind === kind && (rule === undefined || event.rule === rule))
    .toReversed();
}

let port = 30_000;

/** Attempts from one address, each from a port of its own, since a flow that is registered stays. */
function attempts(address: string, { number, authId }: Account, ...passwords: readonly string[]): Guess[] {
  return passwords.map((password) => ({ from: { address, port: port++ }, number, authId, password }));
}

const wrong = (count: number): string[] => Array.from({ length: count }, (_, i) => `wrong-${i}`);

test('svcrack gets to the password at position 100 where nobody stops it', async () => {
  await scene.permissive({ 105: victim.password }, async (target) => {
    assert.match(await svcrackOf(target, '10.99.0.3', 100, '105'), new RegExp(victim.password));
  });
});

test('svcrack does not get to the password at position 100: its address is blacklisted at the limit', async () => {
  assert.doesNotMatch(await svcrack('10.99.0.2', 100), new RegExp(victim.password));
  assert.match(await why('10.99.0.2'), /is on the blacklist, added by guard: Too many wrong passwords/);
  assert.doesNotMatch(await why('10.99.0.3'), /is on the blacklist/);
});

// From sources of their own, so that they may go on at the same time.
suite('sources that guess', { concurrency: true }, () => {
  test('nor does who guesses as phones log in: not one guess behind the one at the limit is answered', async () => {
    // A hundred guesses a second, none of which waits for the one before.
    const passwords = [...wrong(99), victim.password];
    const answers = await scene.guess(attempts('10.98.200.1', victim, ...passwords), 100);
    const refused = answers.filter((answer) => answer === 401).length;
    assert.equal(refused, FAST_LIMIT - 1);
    assert.ok(!answers.includes(200));
    assert.deepEqual(await scene.guess(attempts('10.98.200.2', victim, ...wrong(5), victim.password)), [
      ...wrong(5).map(() => 401),
      200,
    ]);
  });

  test('a login with another account does not clear what was earned: the source is blacklisted at the limit', async () => {
    const from = '10.98.201.1';
    const guesses = [
      ...attempts(from, victim, ...wrong(FAST_LIMIT - 1)),
      ...attempts(from, accomplice, accomplice.password),
      ...attempts(from, victim, 'wrong'),
      ...attempts(from, victim, victim.password),
    ];
    assert.deepEqual(await scene.guess(guesses.slice(0, FAST_LIMIT)), [
      ...wrong(FAST_LIMIT - 1).map(() => 401),
      200,
    ]);
    assert.doesNotMatch(await why(from), /is on the blacklist/);
    // The one that reaches the limit is not answered any more, and the right password behind it is not read.
    assert.deepEqual(await scene.guess(guesses.slice(FAST_LIMIT)), ['no answer', 'no challenge']);
    assert.match(await why(from), /is on the blacklist, added by guard: Too many wrong passwords/);
  });

  test('a login takes back what its own account earned at its source', async () => {
    const from = '10.98.202.1';
    const typo = attempts(from, accomplice, ...wrong(FAST_LIMIT - 1), accomplice.password);
    const again = attempts(from, accomplice, ...wrong(FAST_LIMIT - 1), accomplice.password);
    const answers = await scene.guess([...typo, ...again]);
    assert.deepEqual([answers[FAST_LIMIT - 1], answers.at(-1)], [200, 200]);
    assert.doesNotMatch(await why(from), /is on the blacklist/);
  });

  test('who answers a challenge in the name of a canary is blacklisted at once, with an alarm', async () => {
    const from = '10.98.203.1';
    const canary = { number: CANARY, authId: CANARY, password: '' };
    assert.deepEqual(await scene.guess(attempts(from, canary, 'wrong', 'wrong')), [
      'no answer',
      'no challenge',
    ]);
    assert.match(await why(from), /is on the blacklist, added by guard: Used an extension that only exists/);
    const [alarm, ...more] = await events('alarm', 'canary');
    assert.match(
      alarm?.text ?? '',
      new RegExp(`${from.replaceAll('.', '\\.')} used the canary extension ${CANARY}`),
    );
    assert.deepEqual(more, []);
  });

  test('whatever the guesser calls himself, only the address that it comes from is blacklisted', async () => {
    const [from, other] = ['10.98.206.1', '198.51.100.5'];
    const names = [
      `x' failed for '${other}' (callid: z`,
      `x from ${other}: Wrong password`,
      other,
      `x\tSource: ${other}`,
    ];
    const guesses = Array.from({ length: FAST_LIMIT }, (_, i) => {
      const name = names[i % names.length] ?? '';
      return attempts(from, { number: '105', authId: name, password: '' }, other);
    });
    const answers = await scene.guess(guesses.flat());
    assert.deepEqual(new Set(answers.slice(0, -1)), new Set([401]));
    assert.match(await why(from), /is on the blacklist, added by guard: Too many wrong passwords/);
    assert.doesNotMatch(await why(other), /is on the blacklist/);
  });

  test('a canary that is named without an answer to a challenge has nobody blacklisted, for it may be forged', async () => {
    const address = '10.98.204.1';
    const asks = [0, 1, 2].map((i) =>
      requestFrom({ address, port: 20_000 + i }, { method: 'INVITE', user: CANARY, host: DOMAIN }),
    );
    const heard = await scene.ask(asks);
    assert.deepEqual(
      heard.map((answers) => answers.length),
      [1, 1, 1],
    );
    assert.doesNotMatch(await why(address), /is on the blacklist/);
  });

  test('guesses that keep under the fast limit meet the limit of a day', async () => {
    const guesses = attempts(PATIENT, victim, ...wrong(DAY_LIMIT), victim.password);
    const under = await scene.guess(guesses.slice(0, DAY_LIMIT - 1), PER_SECOND);
    assert.deepEqual(new Set(under), new Set([401]));
    assert.doesNotMatch(await why(PATIENT), /is on the blacklist/);
    assert.deepEqual(await scene.guess(guesses.slice(DAY_LIMIT - 1)), ['no answer', 'no challenge']);
    assert.match(await why(PATIENT), /is on the blacklist, added by guard: Too many wrong passwords/);
  });

  test('one wrong password from each of 5,000 sources: one alarm, nobody is locked out, and the right user logs in', async () => {
    assert.deepEqual(await events('alarm', 'guessing'), [], 'nothing before was enough for an alarm');
    // No two in a row from one /24, since challenges to strangers of one network have a rate.
    const sources = Array.from({ length: 5_000 }, (_, i) => `10.98.${i % 200}.${1 + Math.floor(i / 200)}`);
    const guesses = sources.flatMap((source) => attempts(source, victim, 'wrong'));
    const rightOnes = async (): Promise<readonly unknown[]> => {
      const answers: unknown[] = [];
      for (let i = 0; i < 3; i++) {
        await pause(2_000);
        answers.push(...(await scene.guess(attempts('10.99.0.3', victim, victim.password))));
      }
      return answers;
    };
    const [answers, right] = await Promise.all([scene.guess(guesses, 500), rightOnes()]);
    assert.deepEqual(right, [200, 200, 200]);
    const refused = answers.filter((answer) => answer === 401).length;
    assert.ok(refused >= 4_900, `only ${refused} of 5,000 passwords were looked at`);
    assert.equal((await events('alarm', 'guessing')).length, 1);
    const banned = (await events('ban')).map(({ source }) => source);
    assert.deepEqual(
      sources.filter((source) => banned.includes(source)),
      [],
    );
    assert.deepEqual(await scene.guess(attempts('10.98.5.5', victim, victim.password)), [200]);
  });
});

/**
 * An INVITE of the provider's for 105, sent again as a server does until it is told that a phone is called, or that none is
 * there.
 *
 * @returns the seconds that it took.
 */
async function secondsToCall(provider: string, callId: string): Promise<number> {
  const text = [
    `INVITE sip:105@${DOMAIN} SIP/2.0`,
    `Via: SIP/2.0/UDP ${provider}:5060;branch=z9hG4bK${callId};rport`,
    `From: <sip:+442079460123@${provider}>;tag=${callId}`,
    `To: <sip:105@${DOMAIN}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 INVITE',
    'Max-Forwards: 70',
    `Contact: <sip:${provider}:5060>`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  const job = { to: scene.server, listenMs: 500, asks: [{ from: { address: provider, port: 5_060 }, text }] };
  const began = performance.now();
  for (let times = 0; times < 12; times++) {
    const { heard } = await scene.drive<AskOutcome>(scene.provider, 'ask', job);
    if (heard[0]?.some((answer) => answer.includes(callId) && /^SIP\/2\.0 (100|480)/.test(answer))) {
      return (performance.now() - began) / 1_000;
    }
  }
  return assert.fail(`the call ${callId} of the provider was not answered`);
}

/** REGISTERs of the attacker's that come from the address of the provider, as far as anybody can tell. */
function floodAs(provider: string, seconds: number): Promise<unknown> {
  return scene.drive(scene.attacker, 'flood', {
    to: scene.server,
    from: provider,
    host: DOMAIN,
    user: '105',
    what: 'REGISTER',
    perSecond: 2_000,
    seconds,
    seed: 1,
  });
}

// From here on the attacker has the provider's address, and reaches the provider's no more.
suite('in the name of the provider', () => {
  before(async () => {
    const [provider] = scene.provider.addresses;
    const trunk = newTrunkDocument(provider, 'address');
    await scene.ringwall.ask('trunk.save', { name: 'provider', trunk, mustBeNew: true });
    scene.network.forge(scene.attacker, provider);
  });

  test('requests in the name of the provider have nobody blacklisted, and its calls come in during and after', async (t) => {
    const [provider] = scene.provider.addresses;
    const flood = floodAs(provider, 3);
    const [during] = await Promise.all([secondsToCall(provider, 'during'), flood]);
    const after = await secondsToCall(provider, 'after');
    t.diagnostic(`answered after ${during.toFixed(1)} s during, and ${after.toFixed(1)} s afterwards`);
    assert.ok(after < 5, 'as if nothing had been');
    assert.doesNotMatch(await why(provider), /is on the blacklist/);
  });

  test('a call to the outside leaves through the provider while requests come in its name, and after them', async (t) => {
    const [provider] = scene.provider.addresses;
    const account = await scene.ringwall.addExtension('107');
    await scene.ringwall.ask('setting.set', { name: 'numbering.country', value: 'GB' });
    const route = { trunk: 'provider', strip: 1, prepend: '', append: '', callerId: '' };
    const rule = { ...newOutboundRuleDocument(), prefixes: ['9'], routes: [route] };
    await scene.ringwall.ask('outbound.save', { name: 'line', rule, mustBeNew: true });
    const place: AnsweringProviderJob = { address: provider, port: 5_060 };
    const answering = new DriverRun<AnsweringProviderOutcome>(scene.provider, 'answering-provider', place);
    t.after(() => answering.stop());
    await answering.ready();
    const callOut = async (): Promise<number> => {
      const job: CallOutJob = {
        server: { host: scene.server.address, port: scene.server.port },
        domain: DOMAIN,
        from: scene.phones.addresses[0],
        account,
        dialled: '902079460123',
      };
      return (await scene.drive<CallOutOutcome>(scene.phones, 'call-out', job)).seconds;
    };

    const before = scene.network.packetsOf(scene.attacker).sent;
    let flooding = true;
    const flood = floodAs(provider, 25).finally(() => {
      flooding = false;
    });
    await eventually(
      () => scene.network.packetsOf(scene.attacker).sent > before + 1_000 || undefined,
      'the flood is on its way',
    );
    const during = await callOut();
    assert.ok(flooding, 'the call was to be answered during the flood');
    await flood;
    const after = await callOut();
    t.diagnostic(`answered after ${during.toFixed(2)} s during, and ${after.toFixed(2)} s afterwards`);
    answering.enough();
    const { called } = await answering.outcome();
    assert.equal(called.length, 2);
    for (const uri of called) assert.match(uri, /^sip:\+442079460123@/);
    assert.doesNotMatch(await why(provider), /is on the blacklist/);
  });
});

test('those who work in the office noticed nothing of it', async (t) => {
  const report = await probes.report();
  t.diagnostic(describe(report));
  assertUnharmed(report);
});
