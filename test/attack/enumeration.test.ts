// Stage two: who has found the telephone system does not learn which numbers there are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answerChallenge, parseMessage } from '@ringwall/sip';
import { METHODS, masked, NEVER_ANSWERED, requestFrom, requestText, targetOf } from './harness/messages.ts';
import { assertUnharmed, describe, type Probes } from './harness/probes.ts';
import { DOMAIN, Scene } from './harness/scene.ts';

/** 901 and 902 are registered and talk to each other, so 901 is both registered and busy. */
const SUBJECTS: Readonly<Record<string, string>> = {
  'registered, and busy': '901',
  'registered, and not in a call': '103',
  'not registered': '104',
  disabled: '105',
  'LAN only': '106',
  'from anywhere': '107',
  'does not exist': '199',
};

let scene: Scene;
let probes: Probes;
/** By number. */
const authIds = new Map<string, string>();
before(async () => {
  scene = await Scene.open();
  const { ringwall } = scene;
  const free = await ringwall.addExtension('103');
  for (const number of ['104', '105', '106', '107']) {
    const { authId } = await ringwall.addExtension(number);
    authIds.set(number, authId);
  }
  authIds.set('103', free.authId);
  await ringwall.ask('extension.disable', { number: '105' });
  await ringwall.ask('extension.set', { number: '106', lanOnly: true });
  await ringwall.ask('extension.set', { number: '107', lanOnly: false });
  probes = await scene.probe([free]);
  // The guard would silence the attacker after a few requests. Nothing may be learned where it lets everything pass.
  await scene.whitelist('10.99.0.2/31');
});
after(() => scene.close());

const address = '10.99.0.2';

/** One kind of request about one subject, each from a port of its own. */
function ask(method: string, subject: string, i: number, extra: readonly string[] = []) {
  const user = SUBJECTS[subject] ?? '';
  return { ...requestFrom({ address, port: 20_000 + i }, { method, user, host: DOMAIN, extra }), subject };
}

const PAIRS = METHODS.flatMap((method) => Object.keys(SUBJECTS).map((subject) => ({ method, subject })));
const matrix = () => PAIRS.map(({ method, subject }, i) => ask(method, subject, i));

/** All answers to one method, for whomever, are the same but for what chance or the request put into them. */
function assertAlike(
  asks: readonly ReturnType<typeof ask>[],
  heard: readonly (readonly string[])[],
  count: (method: string) => number,
): void {
  const first = new Map<string, readonly string[]>();
  for (const [i, one] of asks.entries()) {
    const answers = (heard[i] ?? []).map((answer) => masked(answer, one));
    assert.equal(answers.length, count(one.method), `${one.method}, ${one.subject}`);
    assert.deepEqual(answers, first.get(one.method) ?? answers, `${one.method}, ${one.subject}`);
    first.set(one.method, answers);
  }
}

const once = (method: string): number => (NEVER_ANSWERED.has(method) ? 0 : 1);

test('whoever is asked for, whatever the method: the answers are the same to the byte, also after a wrong digest', async () => {
  const asks = matrix();
  const heard = await scene.ask(asks);
  assertAlike(asks, heard, once);

  const wrong = PAIRS.map(({ method, subject }, i) => {
    const challenges = heard[i]?.[0];
    return ask(
      method,
      subject,
      i,
      challenges === undefined ? [] : [wrongDigest(method, subject, challenges)],
    );
  });
  const refused = await scene.ask(wrong);
  assertAlike(wrong, refused, once);
  // Where nothing was proven, and where something was disproven, the same is said.
  for (const [i, one] of wrong.entries()) {
    const before = heard[i]?.map((answer) => masked(answer, asks[i] ?? one));
    assert.deepEqual(
      refused[i]?.map((answer) => masked(answer, one)),
      before,
      `${one.method}, ${one.subject}`,
    );
  }

  const again = matrix();
  assertAlike(again, await scene.ask(again), once);
});

/** An answer with a wrong password to the challenge in `response`, in the name that the phone would use. */
function wrongDigest(method: string, subject: string, response: string): string {
  const parsed = parseMessage(Buffer.from(response, 'latin1'));
  assert.ok(parsed.ok);
  const user = SUBJECTS[subject] ?? '';
  const answer = answerChallenge({
    challenges: parsed.value.headers.all('www-authenticate'),
    method,
    uri: targetOf({ method, user, host: DOMAIN }),
    username: authIds.get(user) ?? 'Kq3vT9xLm2',
    password: 'wrong',
    cnonce: 'c0ffee',
    nc: 1,
  });
  assert.ok(answer.ok);
  return `Authorization: ${answer.value.authorization}`;
}

test('answers go to where the request came from, whatever its Via says, whoever is asked for', async () => {
  const elsewhere = [
    { sentBy: '10.99.0.2:29999', viaParams: '' },
    { sentBy: '10.99.0.2:29999', viaParams: ';rport' },
    { sentBy: '10.99.0.3:29999', viaParams: ';rport=29999;received=10.99.0.3' },
    { sentBy: '10.99.0.2:29999', viaParams: ';maddr=10.99.0.3' },
    { sentBy: '10.99.0.3', viaParams: ';maddr=10.99.0.3;ttl=1' },
  ];
  const asks = ['REGISTER', 'INVITE'].flatMap((method) =>
    elsewhere.flatMap((via) => Object.keys(SUBJECTS).map((subject) => ({ method, via, subject }))),
  );
  const sent = asks.map(({ method, via, subject }, i) => {
    const one = ask(method, subject, i);
    return { ...one, text: requestText({ ...one, ...via }) };
  });
  const listeners = ['10.99.0.2', '10.99.0.3'].flatMap((at) =>
    [5_060, 29_999].map((port) => ({ from: { address: at, port }, text: '' })),
  );
  const heard = await scene.ask([...sent, ...listeners]);
  assert.deepEqual(
    heard.slice(0, sent.length).map((answers) => answers.length),
    sent.map(() => 1),
  );
  assert.deepEqual(
    heard.slice(sent.length),
    listeners.map(() => []),
  );
});

const svwar = (target: string, ...options: readonly string[]): Promise<string> =>
  scene.tool(40_000, 'svwar', '-e100-199', '-x', address, target, '-v', ...options);

/** Each way to ask, with and without svwar's own check whether asking is of use. */
const SCANS = ['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE'].flatMap((method) =>
  [[], ['--force']].map((force) => ['-m', method, ...force]),
);

/** What svwar says of an extension that it has found: `| 103 | reqauth |`, and before that in a sentence. */
const FOUND = /\b1\d\d\b.*\b(reqauth|noauth|weird)\b|exists/;

test('svwar learns whom a telephone system has that tells, by all of these methods', async () => {
  await scene.permissive({ 103: 'secret', 177: 'secret' }, async (target) => {
    const said = await Promise.all(SCANS.map((options) => svwar(target, ...options)));
    for (const [i, text] of said.entries())
      for (const number of ['103', '177'])
        assert.match(text, new RegExp(`\\b${number}\\b.*\\breqauth\\b`), SCANS[i]?.join(' '));
    for (const text of said) assert.match(text, FOUND);
  });
});

for (const name of [[], ['--domain', DOMAIN]]) {
  test(`${['svwar', ...name].join(' ')} learns no extension, by whichever method, also with --force`, async () => {
    const scans = SCANS.map((scan) => [...name, ...scan]);
    let said: readonly string[] = [];
    const { sent, received } = await scene.packetsIn(async () => {
      said = await Promise.all(scans.map((options) => svwar(scene.server.address, ...options)));
    });
    for (const [i, text] of said.entries()) assert.doesNotMatch(text, FOUND, scans[i]?.join(' '));
    assert.ok(sent >= scans.length, `${sent} packets`);
    // It cannot even begin: the first number, which it makes up to see what an unknown one looks like, is enough.
    if (name.length === 0) assert.equal(received, 0);
    else assert.ok(received > 0 && received <= sent);
  });
}

test('those who work in the office noticed nothing of it', async (t) => {
  const report = await probes.report();
  t.diagnostic(describe(report));
  assertUnharmed(report);
});
