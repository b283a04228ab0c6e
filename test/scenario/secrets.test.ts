import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { World } from '@ringwall/testkit';
import { logEvent } from '../../packages/server/src/log/event-log.ts';
import { Log } from '../../packages/server/src/log/log.ts';
import { Monkey } from './monkey.ts';

/** What must be in no line: passwords and what stands for them, answers to challenges, keys. */
function gatherSecrets(world: World, passwords: readonly string[]): ReadonlySet<string> {
  const secrets = new Set(passwords);
  for (const { ha1 } of world.pbx.snapshot.extensions.values()) secrets.add(ha1.md5).add(ha1.sha256);
  const gather = (bytes: Uint8Array): void => {
    const text = Buffer.from(bytes).toString('latin1');
    for (const [, secret = ''] of text.matchAll(/(?:\b(?:response|nonce|cnonce)="|inline:)([^"\s|]+)/g)) {
      secrets.add(secret);
      if (!text.includes(`inline:${secret}`)) continue;
      const key = Buffer.from(secret, 'base64');
      secrets.add(key.toString('hex')).add([...key].join());
    }
  };
  world.taps.add((_flow, bytes) => gather(bytes));
  const receive = world.pbx.receive.bind(world.pbx);
  world.pbx.receive = (bytes, flow) => {
    gather(bytes);
    return receive(bytes, flow);
  };
  return secrets;
}

test('no event, no call record and no line of the log holds a secret', () => {
  let lines = 0;
  for (let seed = 1_001; seed <= 1_004; seed++) {
    const monkey = new Monkey(seed);
    const { world, passwords } = monkey;
    const secrets = gatherSecrets(world, passwords);
    const stranger = world.phone('101', {}, { password: 'A-guess-that-is-wrong' });
    world.say(stranger, stranger.register());
    monkey.run(60);
    const written: string[] = [];
    const log = new Log({ level: 'debug', format: 'json', write: (line) => void written.push(line) });
    for (const event of world.events) logEvent(log.part('pbx'), event);
    assert.ok(written.length >= world.events.length && world.events.length > 50);
    const keys = (_key: string, value: unknown): unknown =>
      value instanceof Uint8Array ? [...value].join() : value;
    written.push(...world.events.map((event) => JSON.stringify(event, keys)));
    written.push(...world.records.map((record) => JSON.stringify(record, keys)));
    const text = written.join('\n');
    assert.ok(secrets.size > 100, `${secrets.size} secrets`);
    for (const secret of secrets)
      assert.ok(!text.includes(secret), `a secret in ${text.length} bytes of log`);
    assert.ok(text.includes('authentication-failed'));
    lines += written.length;
  }
  assert.ok(lines > 500);
});
