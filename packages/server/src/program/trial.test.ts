import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCidr, type WallMs } from '@ringwall/base';
import { defaultSettings, type ResponseOf } from '@ringwall/contract';
import { NO_CODES, NO_DIALLING, type PbxSettings } from '@ringwall/pbx';
import { CallerBlacklist, indexInbound } from '@ringwall/policy';
import { SystemRandom } from '../loop/random.ts';
import { pbxSettings } from '../settings/pbx-settings.ts';
import { Trial } from './trial.ts';

function trialWith(changes: Partial<PbxSettings>): Trial {
  const settings = { ...pbxSettings(defaultSettings().values), ...changes };
  return new Trial({
    clock: { wall: () => 1_800_000_000_000 as WallMs },
    random: new SystemRandom(),
    snapshot: () => ({
      version: 1,
      settings,
      extensions: new Map(),
      byAuthId: new Map(),
      trunks: new Map(),
      callerBlacklist: new CallerBlacklist([]),
      dialling: NO_DIALLING,
      codes: NO_CODES,
      inbound: indexInbound([]),
      ringGroups: new Map(),
    }),
    changed: async () => {},
    later: () => {},
    loopbackAddresses: () => [{ transport: 'udp', host: '127.0.0.1', port: 5_060 }],
    certificate: () => null,
  });
}

async function begun(changes: Partial<PbxSettings>): Promise<ResponseOf<'try.begin'> | string> {
  const result = await trialWith(changes)['try.begin']({});
  return result.ok ? result.value : `${result.error.code} ${result.error.text}`;
}

const OFFICE = ['10.0.0.0/8'].flatMap((text) => {
  const network = parseCidr(text);
  return network.ok ? [network.value] : [];
});

test('test phones call the phone system by its domain, or on the LAN by an address', async () => {
  for (const [changes, domain] of [
    [{}, 'localhost'],
    [{ domains: ['pbx.example.com'] }, 'pbx.example.com'],
    [{ domains: ['pbx.example.com'], lanNetworks: OFFICE, answerToAddresses: false }, 'pbx.example.com'],
  ] as const) {
    const answer = await begun(changes);
    assert.equal(typeof answer === 'string' ? answer : answer.domain, domain);
  }
});

test('without a domain, and with loopback off the LAN, one sentence says what to set', async () => {
  for (const changes of [{ lanNetworks: OFFICE }, { answerToAddresses: false }]) {
    const answer = await begun(changes);
    assert.match(
      typeof answer === 'string' ? answer : '',
      /^TRY_NEEDS_DOMAIN .*127\.0\.0\.1.* Set sip\.domains/,
    );
  }
});

test('a trial that cannot be made leaves nothing behind', async () => {
  const trial = trialWith({ lanNetworks: OFFICE });
  await trial['try.begin']({});
  assert.deepEqual(trial.extensions, []);
});
