import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Phone } from '@ringwall/phone';
import type { Effect } from '@ringwall/pbx';
import {
  addEntries,
  DEFAULT_GUARD_POLICY,
  explainSource,
  liveEntries,
  parseListNetwork,
} from '@ringwall/policy';
import { answerChallenge, type Flow, type Transport } from '@ringwall/sip';
import { World, type WorldOptions } from '@ringwall/testkit';

const EXTENSIONS = Array.from({ length: 40 }, (_, i) => `${101 + i}`).map((number) => ({
  number,
  authId: `auth-${number}`,
  password: `password-of-${number}`,
}));
const US = { address: '10.0.0.1', port: 5_060 };
const OUTSIDE = '198.51.100.77';
const { failedAuthFastLimit } = DEFAULT_GUARD_POLICY;

/** A world in which somebody outside says what he likes, and counts what he hears. */
class Attack {
  readonly world: World;

  constructor(settings: WorldOptions['settings'] = {}) {
    this.world = new World({ seed: 1, extensions: EXTENSIONS, settings });
  }

  flow(address: string, port = 5_060, transport: Transport = 'udp', connection = 0): Flow {
    return { transport, local: US, remote: { address, port }, connection };
  }

  /** Gives the PBX bytes. @returns the answers. */
  say(flow: Flow, bytes: Uint8Array): readonly Uint8Array[] {
    return this.take(this.world.pbx.receive(bytes, flow));
  }

  take(effects: readonly Effect[]): readonly Uint8Array[] {
    this.world.perform(effects.filter((effect) => effect.do !== 'send'));
    return effects.flatMap((effect) => (effect.do === 'send' ? [effect.bytes] : []));
  }

  /** Registers with a password, as far as the PBX lets it. */
  tries(
    address: string,
    authId: string,
    password: string,
    port = 5_060,
    number = '101',
    domain = 'pbx.example.com',
  ): 'registered' | 'refused' | 'silence' {
    const flow = this.flow(address, port);
    const phone = new Phone({
      clock: this.world,
      random: this.world.dice,
      flow: { ...flow, local: flow.remote, remote: flow.local },
      domain,
      number,
      authId,
      password,
      behaviour: {},
      soundPort: () => ({ address, port: 4_000 }),
    });
    let heard = 0;
    let said = phone.register();
    while (said.length > 0) {
      const answers = said.flatMap(({ bytes }) => this.say(flow, bytes));
      heard += answers.length;
      said = answers.flatMap((bytes) => phone.receive(bytes));
    }
    if (phone.registered) return 'registered';
    return heard < 2 ? 'silence' : 'refused';
  }

  doings(): readonly string[] {
    return this.world.guarded.map((effect) => effect.do);
  }

  listed(): number {
    return liveEntries(this.world.pbx.guard, this.world.monotonic()).length;
  }
}

function request(method: string, host: string, more: { to?: string; address?: string; i?: number } = {}) {
  const { to = '101', address = OUTSIDE, i = 0 } = more;
  return Buffer.from(
    [
      `${method} sip:${to}@${host} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:5060;branch=z9hG4bK-${method}-${i}-${to};rport`,
      'Max-Forwards: 70',
      `From: <sip:${to}@${host}>;tag=a${i}`,
      `To: <sip:${to}@${host}>`,
      `Call-ID: ${i}-${to}@${address}`,
      `CSeq: 1 ${method}`,
      `Contact: <sip:${to}@${address}:5060>`,
      'User-Agent: a telephone of some length, so that the answer is not longer than twice this',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
}

test('who guesses is blacklisted at the limit, and the right password does not help any more', () => {
  const attack = new Attack();
  for (let guess = 1; guess < failedAuthFastLimit; guess++) {
    assert.equal(attack.tries(OUTSIDE, 'auth-101', `wrong ${guess}`, 5_060 + guess), 'refused');
  }
  assert.equal(attack.listed(), 0);
  attack.tries(OUTSIDE, 'auth-101', 'wrong once more');
  assert.equal(attack.listed(), 1);
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'password-of-101', 6_000), 'silence');
  assert.deepEqual(
    attack.doings().filter((each) => each === 'save-entry' || each === 'report-ban'),
    ['save-entry', 'report-ban'],
  );
  assert.equal(attack.tries('198.51.100.78', 'auth-101', 'password-of-101'), 'registered');
});

test('guessing at a name that nobody has ends the same way', () => {
  const attack = new Attack();
  for (let guess = 0; guess < failedAuthFastLimit; guess++) {
    attack.tries(OUTSIDE, `nobody-${guess}`, 'wrong', 5_060 + guess);
  }
  assert.equal(attack.listed(), 1);
});

test('a phone that is registered from the same address goes on, and its owner is told', () => {
  const attack = new Attack();
  assert.equal(attack.tries(OUTSIDE, 'auth-102', 'password-of-102', 40_000), 'refused', 'it says it is 101');
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'password-of-101', 40_001), 'registered');
  for (let guess = 0; guess < failedAuthFastLimit; guess++) {
    attack.tries(OUTSIDE, 'auth-101', `wrong ${guess}`, 5_060 + guess);
  }
  assert.equal(attack.listed(), 1);
  assert.ok(attack.doings().includes('tell-owner'));
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'password-of-101', 40_001), 'registered');
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'password-of-101', 40_002), 'silence');
});

test('whoever forges an address has nobody blacklisted, with whatever he sends', () => {
  const attack = new Attack();
  const victim = '203.0.113.50';
  for (let i = 0; i < 20_000; i++) {
    const method = ['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE'][i % 4] ?? '';
    const host = i % 3 === 0 ? '192.0.2.1' : 'pbx.example.com';
    attack.say(attack.flow(victim, 5_060), request(method, host, { address: victim, i }));
    if (i % 100 === 0) attack.say(attack.flow(victim), Buffer.from('REGISTER nonsense\r\n\r\n'));
  }
  attack.take(attack.world.pbx.advance());
  assert.equal(attack.listed(), 0);
  // In the end it is heard again: what was forged in its name only had it ignored for a while.
  attack.world.runFor(120_000);
  assert.equal(attack.tries(victim, 'auth-101', 'password-of-101'), 'registered');
});

test('answers to a challenge of his own, and to invented nonces, ban nobody in whose name they are sent', () => {
  const attack = new Attack();
  const victim = '203.0.113.50';
  const wrongAnswer = (challenge: string, i: number) => {
    const made = answerChallenge({
      challenges: [challenge],
      method: 'REGISTER',
      uri: 'sip:pbx.example.com',
      username: 'auth-101',
      password: 'wrong',
      cnonce: 'c0ffee',
      nc: 1,
    });
    assert.ok(made.ok);
    const text = request('REGISTER', 'pbx.example.com', { address: victim, i }).toString();
    const more = `Authorization: ${made.value.authorization}\r\nContent-Length`;
    return Buffer.from(
      text
        .replace('sip:101@pbx.example.com SIP/2.0', 'sip:pbx.example.com SIP/2.0')
        .replace('Content-Length', more),
    );
  };
  const challenge = (i: number): string => {
    const [answer] = attack.say(attack.flow(OUTSIDE), request('REGISTER', 'pbx.example.com', { i }));
    const own = /^www-authenticate: (.*SHA-256.*)\r$/im.exec(Buffer.from(answer ?? []).toString())?.[1];
    return own ?? assert.fail('no challenge came');
  };
  for (let i = 0; i < 60; i++) {
    const own = challenge(i);
    attack.say(attack.flow(victim, 5_060 + i), wrongAnswer(own, i));
    const invented = own.replace(/nonce="[^"]*"/, `nonce="${String(i).repeat(10)}"`);
    attack.say(attack.flow(victim, 5_060 + i), wrongAnswer(invented, 1_000 + i));
    // A second more leaves room among the answers to strangers.
    attack.world.runFor(1_000);
  }
  attack.take(attack.world.pbx.advance());
  assert.equal(attack.listed(), 0);
  assert.equal(attack.tries(victim, 'auth-101', 'password-of-101', 7_000), 'registered');
  for (let i = 0; i < failedAuthFastLimit; i++) {
    attack.say(attack.flow(OUTSIDE), wrongAnswer(challenge(100 + i), 2_000 + i));
  }
  assert.equal(attack.listed(), 1, 'sent from where the challenge went to, such an answer counts');
});

test('the whitelist passes the guard, and has to log in all the same', () => {
  const attack = new Attack();
  const read = parseListNetwork(OUTSIDE);
  assert.ok(read.ok);
  const entry = {
    network: read.value,
    action: 'allow',
    description: '',
    addedBy: 'anna',
    expiresAt: undefined,
  } as const;
  assert.ok(addEntries(attack.world.pbx.guard, [entry], attack.world.monotonic()).ok);
  for (let i = 0; i < 6_000; i++)
    attack.say(attack.flow(OUTSIDE), request('OPTIONS', 'pbx.example.com', { i }));
  const [answer] = attack.say(
    attack.flow(OUTSIDE),
    request('INVITE', 'pbx.example.com', { to: '102', i: 9_999 }),
  );
  assert.match(Buffer.from(answer ?? []).toString(), /^SIP\/2\.0 401 /);
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'wrong'), 'refused');
  assert.equal(attack.tries(OUTSIDE, 'auth-101', 'password-of-101', 5_061), 'registered');
  assert.equal(
    attack.world.guarded.some((effect) => effect.do === 'report-throttle'),
    false,
  );
});

test('phones of a network that an administrator named register by an address, and nobody else outside is answered', () => {
  const branch = parseListNetwork('203.0.113.0/28');
  assert.ok(branch.ok);
  const attack = new Attack({ addressNetworks: [branch.value] });
  const by = (address: string) =>
    attack.tries(address, 'auth-101', 'password-of-101', 5_060, '101', US.address);
  assert.equal(by('203.0.113.50'), 'silence');
  assert.equal(by('203.0.113.7'), 'registered');
});

test('a scanner that names an address hears nothing at all, and is soon not even read', () => {
  const attack = new Attack();
  let answers = 0;
  for (let i = 0; i < 500; i++) {
    answers += attack.say(attack.flow(OUTSIDE), request('OPTIONS', '192.0.2.1', { i })).length;
  }
  assert.equal(answers, 0);
  attack.take(attack.world.pbx.advance());
  attack.world.runFor(1_000);
  attack.take(attack.world.pbx.advance());
  const { because } = explainSource(attack.world.pbx.guard, OUTSIDE, attack.world.monotonic());
  assert.equal(because[0].rule, 'barrier-amber');
});

test('challenges are few to one network, and none is sent that is more than twice its request', () => {
  const attack = new Attack();
  let answers = 0;
  for (let i = 0; i < 200; i++) {
    answers += attack.say(attack.flow(OUTSIDE), request('REGISTER', 'pbx.example.com', { i })).length;
  }
  assert.ok(answers <= 21, String(answers));
  const short = Buffer.from(
    'OPTIONS sip:pbx.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n' +
      'To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n',
  );
  assert.deepEqual(attack.say(attack.flow('203.0.113.9'), short), []);
});

test('over TCP everything is proven: broken messages have the source blacklisted', () => {
  const attack = new Attack();
  const flow = attack.flow(OUTSIDE, 40_000, 'tcp', 7);
  for (let i = 0; i < 5; i++) attack.say(flow, Buffer.from('REGISTER nonsense\r\n\r\n'));
  assert.equal(attack.listed(), 1);
  assert.equal(attack.world.pbx.admitsConnection(OUTSIDE), false);
  assert.equal(attack.world.pbx.admitsConnection('198.51.100.78'), true);
});

test('a canary is known to nobody: whoever proves where he is and names it is blacklisted at once', () => {
  const attack = new Attack({ canaries: ['190'] });
  const named = request('REGISTER', 'pbx.example.com', { to: '190' });
  attack.say(attack.flow(OUTSIDE), named);
  assert.equal(attack.listed(), 0, 'a datagram may be forged');
  attack.say(attack.flow(OUTSIDE, 40_000, 'tcp', 7), named);
  assert.equal(attack.listed(), 1);
  assert.ok(attack.world.guarded.some((effect) => effect.do === 'alarm' && effect.alarm === 'canary'));
});

test('an office of 200 phones that comes back after a power cut is let in, whether on the LAN or behind one address', () => {
  for (const place of ['10.0.9.9', '203.0.113.50']) {
    const attack = new Attack();
    let registered = 0;
    for (let phone = 0; phone < 200; phone++) {
      const number = `${101 + (phone % 40)}`;
      const outcome = attack.tries(place, `auth-${number}`, `password-of-${number}`, 20_000 + phone, number);
      if (outcome === 'registered') registered++;
    }
    assert.equal(registered, 200, place);
    assert.equal(attack.listed(), 0);
  }
});
