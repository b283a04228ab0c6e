import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerTo, account, flowFrom, requestWith, Server } from './test-support.ts';

const STALE = { kind: 'challenge', stale: true, because: 'nonce-stale' };
const FORGED = { kind: 'challenge', stale: true, because: 'nonce-forged' };
const UNUSABLE = { kind: 'challenge', stale: false, because: 'unusable-credentials' };

test('RFC 3261 22.4: the right password answers the challenge, with either algorithm', () => {
  const server = new Server();
  for (const algorithm of ['md5', 'sha256'] as const) {
    assert.deepEqual(server.login(server.challenges(), { prefer: algorithm }), {
      kind: 'authenticated',
      authId: 'alice',
      algorithm,
    });
  }
});

test('a request without credentials is challenged, and no account is asked', () => {
  const server = new Server();
  const verdict = server.check(requestWith('INVITE', 'sip:102@pbx.example.com'));
  assert.deepEqual(verdict, { kind: 'challenge', stale: false, because: 'no-credentials' });
  assert.deepEqual(server.lookups, []);
});

test('a wrong password is refused, and so is a name that nobody has', () => {
  const server = new Server();
  assert.deepEqual(server.login(server.challenges(), { password: 'wrong' }), {
    kind: 'refused',
    authId: 'alice',
  });
  assert.deepEqual(server.login(server.challenges(), { username: 'mallory' }), {
    kind: 'refused',
    authId: 'mallory',
  });
});

test('the user name counts to the letter', () => {
  const server = new Server();
  assert.equal(server.login(server.challenges(), { username: 'Alice' }).kind, 'refused');
  assert.equal(server.login(server.challenges(), { username: 'constructor' }).kind, 'refused');
  assert.equal(server.login(server.challenges(), { username: '__proto__' }).kind, 'refused');
});

test('the password of one account does not open another', () => {
  const server = new Server();
  const lookup = () => account('bob', 'another');
  const authorization = `Authorization: ${answerTo(server.challenges(), { username: 'bob' })}`;
  const request = requestWith('REGISTER', 'sip:pbx.example.com', authorization);
  assert.deepEqual(server.check(request, { lookup }), { kind: 'refused', authId: 'bob' });
});

test('a name that nobody has does not come in with the password of the account it is checked against', () => {
  const server = new Server();
  const decoys = [account('mallory', 'the decoy')];
  const login = (password: string) => {
    const authorization = `Authorization: ${answerTo(server.challenges(), { username: 'mallory', password })}`;
    return server.check(requestWith('REGISTER', 'sip:pbx.example.com', authorization), { decoys });
  };
  assert.deepEqual(login('the decoy'), { kind: 'refused', authId: 'mallory' });
  assert.deepEqual(login('another'), { kind: 'refused', authId: 'mallory' });
});

test('decoys do not stand in the way of the right password, nor does an empty list of them', () => {
  const server = new Server();
  for (const decoys of [[], [account('bob')], ['a', 'b', 'c'].map((authId) => account(authId))]) {
    const authorization = `Authorization: ${answerTo(server.challenges())}`;
    const request = requestWith('REGISTER', 'sip:pbx.example.com', authorization);
    assert.equal(server.check(request, { decoys }).kind, 'authenticated');
  }
});

test('accounts are asked only after the nonce was found to be ours, unused and for this source', () => {
  const server = new Server();
  const challenges = server.challenges();
  const forged = challenges.map((value) => value.replace(/nonce="./, 'nonce="_'));
  assert.equal(server.login(forged).kind, 'challenge');
  server.flow = flowFrom('198.51.100.1');
  assert.deepEqual(server.login(challenges), FORGED);
  server.flow = flowFrom('192.0.2.7', 5_099);
  assert.deepEqual(server.login(challenges), STALE);
  server.flow = flowFrom('192.0.2.7', 5_060, 'tcp');
  assert.deepEqual(server.login(challenges), FORGED);
  assert.deepEqual(server.lookups, []);
});

test('RFC 7616 3.4.5: the same credentials again are stale, also from the same source', () => {
  const server = new Server();
  const request = requestWith(
    'REGISTER',
    'sip:pbx.example.com',
    `Authorization: ${answerTo(server.challenges())}`,
  );
  assert.equal(server.check(request).kind, 'authenticated');
  assert.deepEqual(server.check(request), STALE);
  assert.deepEqual(server.lookups, ['alice']);
});

test('a nonce may be used again with a higher count, for five minutes and no longer', () => {
  const server = new Server();
  const challenges = server.challenges();
  assert.equal(server.login(challenges, { nc: 4 }).kind, 'authenticated');
  assert.equal(server.login(challenges, { nc: 5 }).kind, 'authenticated');
  assert.deepEqual(server.login(challenges, { nc: 5 }), STALE);
  server.wait(299_999);
  assert.equal(server.login(challenges, { nc: 9 }).kind, 'authenticated');
  server.wait(2);
  assert.deepEqual(server.login(challenges, { nc: 10 }), STALE);
});

test('a nonce that nobody used for a minute is stale', () => {
  const server = new Server();
  const challenges = server.challenges();
  server.wait(61_000);
  assert.deepEqual(server.login(challenges), STALE);
});

test('a wrong answer does not use up the nonce, so a stranger fills no table', () => {
  const server = new Server();
  const challenges = server.challenges();
  for (let i = 0; i < 20; i++)
    assert.equal(server.login(challenges, { password: `guess ${i}` }).kind, 'refused');
  assert.equal(server.uses.size, 0);
  assert.equal(server.login(challenges).kind, 'authenticated');
  assert.equal(server.uses.size, 1);
});

test('credentials for one method or destination do not serve for another', () => {
  const server = new Server();
  const authorization = `Authorization: ${answerTo(server.challenges(), { uri: 'sip:102@pbx.example.com' })}`;
  const elsewhere = requestWith('REGISTER', 'sip:900123@pbx.example.com', authorization);
  assert.deepEqual(server.check(elsewhere), UNUSABLE);
  const invite = requestWith('INVITE', 'sip:102@pbx.example.com', authorization);
  assert.deepEqual(server.check(invite), { kind: 'refused', authId: 'alice' });
});

test('RFC 7616 3.4.3: the destination is hashed as it was written', () => {
  const server = new Server();
  const authorization = `Authorization: ${answerTo(server.challenges(), { uri: 'sip:PBX.example.com:5060' })}`;
  assert.equal(
    server.check(requestWith('REGISTER', 'sip:pbx.example.com', authorization)).kind,
    'authenticated',
  );
});

test('a response in capitals is right as well', () => {
  const server = new Server();
  const answer = answerTo(server.challenges()).replace(/response="([^"]*)"/, (text) => text.toUpperCase());
  const request = requestWith('REGISTER', 'sip:pbx.example.com', `Authorization: ${answer}`);
  assert.equal(server.check(request).kind, 'authenticated');
});

test('MD5 and SHA-256 of one challenge count as one nonce', () => {
  const server = new Server();
  const challenges = server.challenges();
  assert.equal(server.login(challenges, { prefer: 'sha256' }).kind, 'authenticated');
  assert.deepEqual(server.login(challenges, { prefer: 'md5' }), STALE);
});

test('what is refused or challenged says nothing of whether the account exists', () => {
  const server = new Server();
  const kinds = (username: string) => [
    server.login(server.challenges(), { username, password: 'wrong' }).kind,
    server.login(['Digest realm="pbx.example.com", nonce="x", qop="auth"'], { username }).kind,
    server.login(server.challenges(), { username, nc: 0xffff_ffff, password: 'wrong' }).kind,
  ];
  assert.deepEqual(kinds('alice'), kinds('nobody'));
});

test('without the password nobody gets in, whatever is changed in what was overheard', () => {
  const server = new Server();
  const overheard = answerTo(server.challenges());
  assert.equal(
    server.check(requestWith('REGISTER', 'sip:pbx.example.com', `Authorization: ${overheard}`)).kind,
    'authenticated',
  );
  const place = fc.nat(overheard.length - 1);
  fc.assert(
    fc.property(place, fc.stringMatching(/^[ -~]$/), fc.constantFrom(0, 1), (at, put, cut) => {
      const changed = overheard.slice(0, at) + put + overheard.slice(at + cut);
      const request = requestWith('REGISTER', 'sip:pbx.example.com', `Authorization: ${changed}`);
      assert.notEqual(server.check(request).kind, 'authenticated');
    }),
    { numRuns: 1_000 },
  );
});

test('any text in Authorization has a verdict', () => {
  const server = new Server();
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
      const value = `Digest realm="pbx.example.com", ${text}`;
      const request = requestWith('REGISTER', 'sip:pbx.example.com', `Authorization: ${value}`);
      assert.equal(server.check(request).kind, 'challenge');
    }),
  );
});
