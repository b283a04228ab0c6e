import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CallRecord, PbxEvent, TrunkName } from '@ringwall/pbx';
import { guardStatistics } from '@ringwall/policy';
import { createTestGuard } from '../administration/guard-test-support.ts';
import { GuardFigureCounts } from '../guard/guard-figures.ts';
import { Metrics, type MetricsSources } from './metrics.ts';

const flow = {
  transport: 'udp',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '192.0.2.2', port: 5060 },
  connection: 0,
} as const;

const SOURCES: MetricsSources = {
  sockets: () => ({
    udp: { datagramsIn: 10, datagramsOut: 9, keepAlives: 3, oversize: 1, unsent: 0 },
    streams: {
      accepted: 7,
      refused: { address: 4, network: 0, connections: 0, banned: 2 },
      handshakesFailed: 5,
      closed: {
        peer: 1,
        'no-message': 2,
        idle: 0,
        backlog: 0,
        framing: 0,
        'gave-way': 0,
        banned: 0,
        asked: 0,
        shutdown: 0,
      },
      messagesIn: 20,
      messagesOut: 21,
      pings: 2,
    },
    strangers: 3,
    promoted: 2,
    errors: new Map([['ECONNRESET', 6]]),
  }),
  pbx: () => ({
    bindings: 12,
    calls: 4,
    transactions: {
      clientInvite: 1,
      clientNonInvite: 2,
      serverInvite: 3,
      serverNonInvite: 4,
      answered: 0,
      timers: 0,
      answeredEvicted: 0,
      retransmissionsAbsorbed: 8,
      retransmissionsSent: 0,
      strayResponses: 0,
      strayAcks: 0,
      unmatchedCancels: 0,
      mergedRequests: 0,
      excessForks: 0,
      refusedFull: 0,
      refusedBySource: 0,
    },
  }),
  guard: () => {
    const [guard, figures] = [createTestGuard(), new GuardFigureCounts()];
    guard.admitted.blacklisted = 9;
    figures.count({ do: 'report-throttle', source: 'x', scope: 'udp', rule: 'barrier-amber', forMs: 1 });
    figures.lost('unwritten', 7);
    return { ...guardStatistics(guard), ...figures.read() };
  },
  notices: { webhooks: { sent: 3, failed: 1, dropped: 0 }, mail: { sent: 2, failed: 0, dropped: 0 } },
  media: async () => ({
    legs: 8,
    packetsReceived: 1_000,
    packetsSent: 990,
    dropped: {
      source: 5,
      malformed: 0,
      'payload-type': 0,
      authentication: 1,
      replay: 0,
      hold: 0,
      unjoined: 0,
      'no-target': 4,
    },
  }),
  logDropped: () => 11,
};

function measure(t: TestContext, sources: MetricsSources = SOURCES): Metrics {
  const metrics = new Metrics(sources);
  t.after(() => metrics.stop());
  return metrics;
}

function value(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

test('what the program keeps is shown as it is at the moment of reading', async (t) => {
  const text = await measure(t).text();
  const expected = {
    ringwall_registrations: 12,
    ringwall_calls: 4,
    'ringwall_transactions{kind="server_invite"}': 3,
    'ringwall_sip_oddities_total{kind="retransmission_absorbed"}': 8,
    'ringwall_guard_packets_total{rule="blacklisted"}': 9,
    'ringwall_guard_throttles_total{rule="barrier-amber"}': 1,
    'ringwall_guard_lost_total{what="unwritten"}': 7,
    ringwall_guard_guessing: 0,
    'ringwall_datagrams_total{direction="in"}': 10,
    'ringwall_datagrams_lost_total{why="oversize"}': 1,
    'ringwall_stream_messages_total{direction="out"}': 21,
    'ringwall_connections{of="strangers"}': 3,
    'ringwall_connections{of="phones"}': 2,
    'ringwall_connections_refused_total{why="address"}': 4,
    'ringwall_connections_closed_total{why="no-message"}': 2,
    ringwall_tls_handshakes_failed_total: 5,
    'ringwall_socket_errors_total{code="ECONNRESET"}': 6,
    ringwall_media_legs: 8,
    'ringwall_media_packets_total{direction="out"}': 990,
    'ringwall_media_dropped_total{reason="source"}': 5,
    ringwall_log_lines_dropped_total: 11,
  };
  for (const [series, wanted] of Object.entries(expected)) assert.equal(value(text, series), wanted, series);
});

test('rests in which messages gather are counted where somebody takes them', async (t) => {
  const metrics = measure(t);
  assert.equal(value(await metrics.text(), 'ringwall_rests_total'), undefined);
  metrics.watchRests(() => 40);
  assert.equal(value(await metrics.text(), 'ringwall_rests_total'), 40);
});

test('reading twice does not count twice', async (t) => {
  const metrics = measure(t);
  await metrics.text();
  const text = await metrics.text();
  assert.equal(value(text, 'ringwall_datagrams_total{direction="in"}'), 10);
  assert.equal(value(text, 'ringwall_tls_handshakes_failed_total'), 5);
});

test('events are counted by what they are', async (t) => {
  const metrics = measure(t);
  const events: PbxEvent[] = [
    { kind: 'call-ended', record: { outcome: 'answered' } as CallRecord },
    { kind: 'call-ended', record: { outcome: 'answered' } as CallRecord },
    { kind: 'call-ended', record: { outcome: 'busy' } as CallRecord },
    { kind: 'malformed', flow, code: 'VIA_SYNTAX' },
    { kind: 'ignored', flow, why: 'not-our-domain' },
    { kind: 'authentication-failed', authId: 'x', flow, method: 'REGISTER' },
    { kind: 'internal-error', text: 'x', stack: 'x' },
  ];
  for (const event of events) metrics.count(event);
  metrics.countMistake();
  const text = await metrics.text();
  assert.equal(value(text, 'ringwall_calls_total{outcome="answered"}'), 2);
  assert.equal(value(text, 'ringwall_calls_total{outcome="busy"}'), 1);
  assert.equal(value(text, 'ringwall_malformed_total{code="VIA_SYNTAX"}'), 1);
  assert.equal(value(text, 'ringwall_ignored_total{why="not-our-domain"}'), 1);
  assert.equal(value(text, 'ringwall_failed_logins_total'), 1);
  assert.equal(value(text, 'ringwall_refused_registrations_total'), 0);
  assert.equal(value(text, 'ringwall_mistakes_total'), 2);
});

test('the process shows its memory, its processor time, and how late its event loop was', async (t) => {
  const metrics = measure(t);
  await new Promise((resolve) => {
    setTimeout(resolve, 60); // The watch has to have begun.
  });
  for (const until = performance.now() + 150; performance.now() < until; );
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  const text = await metrics.text();
  const latest = value(text, 'ringwall_event_loop_delay_seconds{quantile="1"}') ?? 0;
  assert.ok(latest > 0.1 && latest < 5, `${latest} s after 150 ms of work`);
  assert.ok((value(text, 'process_resident_memory_bytes') ?? 0) > 10_000_000);
  assert.ok((value(text, 'process_cpu_seconds_total') ?? 0) > 0.1);
  const again = value(await metrics.text(), 'ringwall_event_loop_delay_seconds{quantile="1"}') ?? -1;
  assert.ok(again >= 0 && again < latest, 'what was read is not shown again');
});

test('every figure has a help text, and nothing in the text could name a phone or a number', async (t) => {
  const text = await measure(t).text();
  const names = new Set([...text.matchAll(/^([a-z_]+)[{ ]/gm)].map(([, name]) => name));
  for (const name of names) assert.match(text, new RegExp(`^# HELP ${name} .`, 'm'));
  assert.doesNotMatch(text, /192\.0\.2|101|sip:/);
});

test('trunks show whether they are up, what they did not take, and how the DNS answered for them', async (t) => {
  const metrics = measure(t);
  metrics.watchTrunks({
    states: () => [
      ['acme', 1],
      ['other', 0],
    ],
    dns: {
      asked: 5,
      kept: 40,
      failed: { timeout: 1, server: 0, unreachable: 0, malformed: 0, busy: 0 },
    },
    finder: { counts: { found: 3, nowhere: 1, unreachable: 2 }, aside: 1 },
  });
  metrics.count({ kind: 'trunk-call-failed', trunk: 'acme' as TrunkName, status: 503 });
  metrics.count({ kind: 'trunk-call-failed', trunk: 'acme' as TrunkName, status: 504 });
  const text = await metrics.text();
  for (const [series, wanted] of [
    ['ringwall_trunk_up{trunk="acme"}', 1],
    ['ringwall_trunk_up{trunk="other"}', 0],
    ['ringwall_trunk_failures_total{trunk="acme"}', 2],
    ['ringwall_trunk_calls_failed_total{status="504"}', 1],
    ['ringwall_trunk_searches_total{result="unreachable"}', 2],
    ['ringwall_trunk_places_aside', 1],
    ['ringwall_dns_questions_total{result="kept"}', 40],
    ['ringwall_dns_questions_total{result="timeout"}', 1],
  ] as const) {
    assert.equal(value(text, series), wanted, series);
  }
});
