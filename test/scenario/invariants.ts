import assert from 'node:assert/strict';
import type { LegId } from '@ringwall/media';
import type { CallId } from '@ringwall/pbx';
import type { Phone, PhoneCall } from '@ringwall/phone';
import type { World } from '@ringwall/testkit';

/**
 * What must be true after everything that happens, whatever the phones do. (That no assertion of ours fails is
 * checked by the world itself.)
 */
export function watchInvariants(world: World, more: () => void = () => {}): void {
  let recordsSeen = 0;
  const recorded = new Set<CallId>();
  world.invariant = () => {
    more();
    for (; recordsSeen < world.records.length; recordsSeen++) {
      const record = world.records[recordsSeen];
      assert.ok(record !== undefined && !recorded.has(record.id), 'a second record of one call');
      recorded.add(record.id);
      assert.equal(record.outcome === 'answered', record.answeredAt !== undefined, record.outcome);
    }
    const callOf = new Map<LegId, CallId>();
    for (const call of world.pbx.calls()) {
      assert.ok(!recorded.has(call.id), 'a call that was written down already');
      for (const leg of call.legs) {
        assert.ok(!callOf.has(leg.id), 'a leg in two calls');
        callOf.set(leg.id, call.id);
      }
      const alive = (id: LegId | undefined): boolean => {
        const leg = call.legs.find((each) => each.id === id);
        return leg !== undefined && leg.state !== 'ended';
      };
      const living = call.legs.filter((leg) => leg.state !== 'ended');
      assert.ok(call.ending !== undefined || living.length > 0, 'a call of nobody');
      if (call.pair !== undefined) {
        assert.notEqual(call.pair[0], call.pair[1]);
        assert.ok(call.pair.every(alive), 'a pair with somebody who left');
      }
      if (call.waiting !== undefined) assert.ok(alive(call.waiting), 'somebody waits who left');
      const isOfHouse = call.service !== undefined;
      if (isOfHouse) assert.ok(call.pair === undefined && living.length <= 1, 'the house and two more');
      const goesOn = call.pair !== undefined || call.waiting !== undefined || isOfHouse;
      const hopeful = goesOn || call.ending !== undefined;
      assert.ok(hopeful, 'a call in which nobody talks or waits');
    }
    const current = [...world.pbx.currentCalls()].length;
    assert.equal(world.pbx.counts().callTables['active'], current, 'calls were miscounted');
    for (const [id, leg] of world.media.legs) {
      const call = callOf.get(id);
      assert.ok(call !== undefined, 'an open media leg of no call');
      if (leg.joined === undefined) continue;
      assert.equal(world.media.legs.get(leg.joined)?.joined, id, 'joined one way only');
      assert.equal(callOf.get(leg.joined), call, 'sound goes from one call into another');
    }
  };
}

/**
 * RFC 3264 8: of one session the PBX writes one description for each version, and each version differs from the one
 * before. Watches all that it sends.
 */
export function watchVersions(world: World): void {
  const sessions = new Map<string, string[]>();
  world.taps.add((_flow, bytes) => {
    const [, body = ''] = Buffer.from(bytes).toString('latin1').split('\r\n\r\n', 2);
    const origin = /^o=\S+ (\d+) (\d+) /m.exec(body);
    if (origin === null) return;
    const [line, session = '', version = ''] = origin;
    const text = body.replace(line, '');
    const written = sessions.get(session) ?? [];
    sessions.set(session, written);
    const at = Number(version) - 1;
    assert.ok(at <= written.length, `version ${version} after ${written.length}`);
    assert.equal(written[at] ?? text, text, `two descriptions of version ${version}`);
    if (at === written.length) assert.notEqual(written[at - 1], text, 'a new version of the same');
    written[at] = text;
  });
}

/** Everybody has hung up and is no longer registered, and time has passed: nothing is left, and each call has a record. */
export function assertNothingAtAll(world: World): void {
  const counts = world.pbx.counts();
  for (const [table, size] of Object.entries(counts.callTables)) assert.equal(size, 0, `${table} left`);
  const { clientInvite, clientNonInvite, serverInvite, serverNonInvite } = counts.transactions;
  const open = { clientInvite, clientNonInvite, serverInvite, serverNonInvite };
  assert.deepEqual(open, { clientInvite: 0, clientNonInvite: 0, serverInvite: 0, serverNonInvite: 0 });
  assert.equal(counts.messages, 0, 'messages left');
  assert.equal(counts.bindings, 0, 'bindings left');
  assert.equal(counts.timers, 0, 'timers left');
  assert.equal(world.media.legs.size, 0, 'ports left');
  const started = world.events.flatMap((event) => (event.kind === 'call-started' ? [event.call] : []));
  for (const call of started) {
    assert.equal(world.records.filter(({ id }) => id === call).length, 1, `records of call ${call}`);
  }
}

/**
 * Nobody has done anything for a while: each phone that talks has a leg, and two who talk hear each other unless one
 * of them holds.
 *
 * @param unlucky phones that lost their power or a connection, and perhaps what was said meanwhile.
 */
export function assertPhonesAgree(world: World, unlucky: ReadonlySet<Phone>): void {
  const phoneCallOf = new Map<LegId, PhoneCall>();
  const legOfTag = new Map<string, LegId>();
  for (const call of world.pbx.calls()) {
    for (const leg of call.legs) {
      if (leg.state === 'talking' && leg.dialog !== undefined) legOfTag.set(leg.dialog.remoteTag, leg.id);
    }
  }
  for (const phone of world.phones) {
    for (const call of phone.calls) {
      const leg = legOfTag.get(call.dialog?.localTag ?? '');
      if (call.state === 'talking' && leg !== undefined) phoneCallOf.set(leg, call);
      const lost = unlucky.has(phone) || phone.behaviour.neverAcknowledges;
      if (!lost)
        assert.equal(call.state === 'talking', leg !== undefined, `${phone.options.number} talks to nobody`);
    }
  }
  for (const { pair, transfer } of world.pbx.calls()) {
    if (pair === undefined || transfer !== undefined) continue;
    const [a, b] = pair.map((leg) => phoneCallOf.get(leg));
    if (a === undefined || b === undefined) continue;
    assert.equal(world.hears(a, b), !a.held, 'one ear');
    assert.equal(world.hears(b, a), !b.held, 'the other ear');
  }
}
