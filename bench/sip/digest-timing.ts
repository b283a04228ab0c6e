/**
 * What authentication costs, and whether its time tells a stranger which names exist.
 *
 *     node bench/sip/digest-timing.ts [--rounds N] [--samples N] [--accounts N]
 *
 * The second table gives the area under the curve (AUC): the chance that a check for a name that exists takes longer
 * than one for a name that does not. 0.5 is no difference. It is measured within the process, where a difference of
 * a tenth of a microsecond shows that no network would let through: the control has one hash more for known names.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { MonotonicMs } from '@ringwall/base';
import {
  answerChallenge,
  challenge,
  checkDigest,
  type Credential,
  type DigestAlgorithm,
  type DigestVerdict,
  type Flow,
  makeHa1,
  NonceKeys,
  NonceUses,
  parseMessage,
  type SipRequest,
} from '@ringwall/sip';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    samples: { type: 'string', default: '20000' },
    accounts: { type: 'string', default: '10000' },
  },
});
const rounds = Number(options.rounds);
const samples = Number(options.samples);

const REALM = 'pbx.example.com';
const NOW = 1_000 as MonotonicMs;
const random = { bytes: (count: number) => randomBytes(count) };
const keys = new NonceKeys(random, NOW);
const dummyKey = randomBytes(32).toString('hex');

function flowFrom(address: string): Flow {
  return {
    transport: 'udp',
    local: { address: '192.0.2.1', port: 5_060 },
    remote: { address, port: 5_060 },
    connection: 0,
  };
}

const V4 = flowFrom('192.0.2.7');
const V6 = flowFrom('2001:db8:1:2:3:4:5:6');

function name(): string {
  return randomBytes(7).toString('base64url').slice(0, 10);
}

/** Hashes that no password has will do, since none is ever right. */
const accounts = new Map<string, Credential>();
while (accounts.size < Number(options.accounts)) {
  const authId = name();
  accounts.set(authId, {
    authId,
    ha1: { md5: randomBytes(16).toString('hex'), sha256: randomBytes(32).toString('hex') },
  });
}
const known = [...accounts.keys()];
const everyAccount = [...accounts.values()];

function request(authorization: string): SipRequest {
  const parsed = parseMessage(
    Buffer.from(
      [
        `REGISTER sip:${REALM} SIP/2.0`,
        'Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKnashds7;rport',
        `From: <sip:101@${REALM}>;tag=456248`,
        `To: <sip:101@${REALM}>`,
        'Call-ID: 843817637684230@998sdasdh09',
        'CSeq: 1826 REGISTER',
        'Contact: <sip:101@192.0.2.7>',
        'User-Agent: Phone/1.0',
        `Authorization: ${authorization}`,
        'Expires: 3600',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    ),
  );
  if (!parsed.ok || parsed.value.kind !== 'request') throw new Error('the request of the benchmark is none');
  return parsed.value;
}

function login(flow: Flow, username: string, password: string, prefer: DigestAlgorithm): SipRequest {
  const answered = answerChallenge({
    challenges: challenge({ keys, flow, realm: REALM, userAgent: undefined, stale: false, now: NOW }),
    method: 'REGISTER',
    uri: `sip:${REALM}`,
    username,
    password,
    cnonce: '0a4f113b',
    nc: 1,
    prefer,
  });
  if (!answered.ok) throw new Error(answered.error.text);
  return request(answered.value.authorization);
}

type Lookup = (authId: string) => Credential | undefined;

function check(
  uses: NonceUses,
  asked: SipRequest,
  flow: Flow,
  lookup: Lookup,
  decoys: readonly Credential[] = everyAccount,
): DigestVerdict {
  return checkDigest({ request: asked, flow, realm: REALM, keys, uses, lookup, decoys, dummyKey, now: NOW });
}

/** CPU microseconds of one call: the least of some rounds, since what else runs here only adds. */
function microseconds(calls: number, call: (index: number) => unknown): string {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) call(i);
    const used = process.cpuUsage(before);
    best = Math.min(best, (used.user + used.system) / calls);
  }
  return best.toFixed(2).padStart(6);
}

function measureCost(): void {
  console.log('us     what');
  const print = (what: string, us: string) => console.log(`${us} ${what}`);
  const userAgent = 'Yealink SIP-T46U 108.86.0.20';
  for (const [title, flow] of [['IPv4', V4] as const, ['IPv6', V6] as const]) {
    print(
      `a nonce, ${title}`,
      microseconds(20_000, () => keys.mint(flow, REALM, NOW)),
    );
    print(
      `both challenges of a 401, ${title}`,
      microseconds(20_000, () => challenge({ keys, flow, realm: REALM, userAgent, stale: false, now: NOW })),
    );
  }
  const ha1 = (algorithm: DigestAlgorithm) => makeHa1(algorithm, 'alice', REALM, 'secret');
  const alice: Credential = { authId: 'alice', ha1: { md5: ha1('md5'), sha256: ha1('sha256') } };
  const everybody: Lookup = () => alice;
  const nobody: Lookup = () => undefined;
  const plain = request('Basic YTpi');
  const table = new NonceUses(keys.times);
  print(
    'a check without credentials',
    microseconds(20_000, () => check(table, plain, V4, nobody)),
  );
  const forged = login(flowFrom('198.51.100.1'), 'alice', 'secret', 'md5');
  print(
    'a check that finds a forged nonce',
    microseconds(20_000, () => check(table, forged, V4, nobody)),
  );
  for (const algorithm of ['md5', 'sha256'] as const) {
    const wrong = login(V4, 'alice', 'wrong', algorithm);
    print(
      `a check that refuses, ${algorithm}`,
      microseconds(20_000, () => check(table, wrong, V4, everybody)),
    );
    const right = Array.from({ length: 2_000 }, () => login(V4, 'alice', 'secret', algorithm));
    const fresh = Array.from({ length: rounds }, () => new NonceUses(keys.times));
    let call = 0;
    const us = microseconds(right.length, (index) => {
      const uses = fresh[Math.floor(call++ / right.length)] as NonceUses;
      const verdict = check(uses, right[index] as SipRequest, V4, everybody);
      if (verdict.kind !== 'authenticated') throw new Error(`the benchmark was answered ${verdict.kind}`);
    });
    print(`a check that authenticates, ${algorithm}`, us);
  }
}

/** The chance that a value of `a` is above one of `b`, ties counted half (Mann and Whitney's U). */
function auc(a: Float64Array, b: Float64Array): number {
  const all = [
    ...Array.from(a, (value) => ({ value, isA: true })),
    ...Array.from(b, (value) => ({ value, isA: false })),
  ];
  all.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && all[end]?.value === all[i]?.value) end++;
    const rank = (i + 1 + end) / 2;
    for (; i < end; i++) if (all[i]?.isA) rankSum += rank;
  }
  return (rankSum - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
}

/** Times wrong logins for names that exist and for names that do not, in turn and in random order. */
function compareNames(algorithm: DigestAlgorithm, lookup: Lookup, decoys?: readonly Credential[]): number {
  const uses = new NonceUses(keys.times);
  const requests = (names: () => string) =>
    Array.from({ length: 500 }, () => login(V4, names(), 'wrong', algorithm));
  const groups = [requests(() => known[randomInt(known.length)] as string), requests(name)] as const;
  const times = [new Float64Array(samples), new Float64Array(samples)] as const;
  const timeOne = (group: 0 | 1, index: number): number => {
    const asked = groups[group][index % 500] as SipRequest;
    const before = process.hrtime.bigint();
    check(uses, asked, V4, lookup, decoys);
    return Number(process.hrtime.bigint() - before);
  };
  for (let i = 0; i < 20_000; i++) timeOne((i & 1) as 0 | 1, i >> 1);
  for (let i = 0; i < samples; i++) {
    const first = randomInt(2) as 0 | 1;
    const second = (1 - first) as 0 | 1;
    times[first][i] = timeOne(first, i);
    times[second][i] = timeOne(second, i);
  }
  return auc(times[0], times[1]);
}

function measureNames(): void {
  const honest: Lookup = (authId) => accounts.get(authId);
  const leaky: Lookup = (authId) => {
    const account = accounts.get(authId);
    if (account !== undefined) makeHa1('sha256', authId, REALM, 'one hash more');
    return account;
  };
  console.log(
    `\nAUC    wrong passwords for known and for unknown names, ${samples} of each, ${accounts.size} accounts`,
  );
  for (const algorithm of ['md5', 'sha256'] as const) {
    console.log(`${compareNames(algorithm, honest).toFixed(3)}  ${algorithm}`);
    console.log(`${compareNames(algorithm, honest, []).toFixed(3)}  ${algorithm}, without decoys`);
    console.log(`${compareNames(algorithm, leaky).toFixed(3)}  ${algorithm}, control`);
  }
}

measureCost();
measureNames();
