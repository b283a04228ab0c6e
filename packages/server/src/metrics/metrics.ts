import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RelayTotals } from '@ringwall/media';
import type { DnsCounters, SocketCounters } from '@ringwall/net';
import type { CallRecord, PbxCounts, PbxEvent } from '@ringwall/pbx';
import type { GuardStatistics } from '@ringwall/policy';
import { Counter, Gauge, Registry } from 'prom-client';
import type { NoticeCounts } from '../notify/notifier.ts';
import type { GuardFigures } from '../guard/guard-figures.ts';
import type { SearchCounts } from '../trunks/find-provider.ts';

/** Where the figures are kept; asked when somebody reads the metrics, so that counting costs nothing meanwhile. */
export interface MetricsSources {
  readonly sockets: () => SocketCounters;
  readonly pbx: () => Pick<PbxCounts, 'bindings' | 'calls' | 'transactions'>;
  readonly guard: () => GuardStatistics & GuardFigures;
  readonly notices: NoticeCounts;
  readonly media: () => RelayTotals | Promise<RelayTotals>;
  /** Lines that nobody read fast enough. */
  readonly logDropped: () => number;
}

export interface TrunkSources {
  /** By name: 1 if it is up, else 0. */
  readonly states: () => Values;
  readonly dns: DnsCounters;
  readonly finder: { readonly counts: Readonly<SearchCounts>; readonly aside: number };
}

type Values = Iterable<readonly [label: string, value: number]>;

/** How finely the event loop is watched; its own period is taken off what it shows. */
const LOOP_RESOLUTION_MS = 20;

/** Everything that the program measures about itself, as Prometheus wants it. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources: MetricsSources;
  readonly #loopDelay: ReturnType<typeof monitorEventLoopDelay>;
  readonly #calls = new Map<CallRecord['outcome'], number>();
  readonly #malformed = new Map<string, number>();
  readonly #ignored = new Map<string, number>();
  readonly #failedDials = new Map<string, number>();
  readonly #failedTrunks = new Map<string, number>();
  #failedLogins = 0;
  #refusedRegistrations = 0;
  #mistakes = 0;
  #droppedKeys = 0;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#loopDelay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
    this.#loopDelay.enable();
    this.#declarePbx();
    this.#declareSockets();
    this.#declareGuard();
    this.#declareTold();
    this.#declareMedia();
    this.#declareProcess();
  }

  /** Counts what the PBX reports. */
  count(event: PbxEvent): void {
    switch (event.kind) {
      case 'call-ended':
        return bump(this.#calls, event.record.outcome);
      case 'malformed':
        return bump(this.#malformed, event.code);
      case 'ignored':
        return bump(this.#ignored, event.why);
      case 'authentication-failed':
        this.#failedLogins++;
        return;
      case 'registration-refused':
        this.#refusedRegistrations++;
        return;
      case 'trunk-call-failed':
        bump(this.#failedDials, String(event.status));
        return bump(this.#failedTrunks, event.trunk);
      case 'key-dropped':
        this.#droppedKeys++;
        return;
      case 'internal-error':
        this.#mistakes++;
        return;
      default: // Nothing is counted by these.
    }
  }

  /** Counts a mistake of ours that no call or transaction had to end for. */
  countMistake(): void {
    this.#mistakes++;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All figures as text. */
  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  stop(): void {
    this.#loopDelay.disable();
  }

  #declarePbx(): void {
    const { pbx } = this.#sources;
    this.#gauge('ringwall_registrations', 'Bindings of phones.', () => pbx().bindings);
    this.#gauge('ringwall_calls', 'Calls in progress.', () => pbx().calls);
    this.#counters('ringwall_calls_total', 'Calls that ended.', 'outcome', () => this.#calls);
    this.#gauges('ringwall_transactions', 'SIP transactions in progress.', 'kind', () => {
      const { clientInvite, clientNonInvite, serverInvite, serverNonInvite } = pbx().transactions;
      return Object.entries({
        client_invite: clientInvite,
        client_other: clientNonInvite,
        server_invite: serverInvite,
        server_other: serverNonInvite,
      });
    });
    this.#counters('ringwall_sip_oddities_total', 'What SIP transactions had to cope with.', 'kind', () => {
      const counts = pbx().transactions;
      return Object.entries({
        retransmission_absorbed: counts.retransmissionsAbsorbed,
        retransmission_sent: counts.retransmissionsSent,
        stray_response: counts.strayResponses,
        stray_ack: counts.strayAcks,
        unmatched_cancel: counts.unmatchedCancels,
        merged_request: counts.mergedRequests,
        excess_fork: counts.excessForks,
        refused_full: counts.refusedFull,
        refused_by_source: counts.refusedBySource,
      });
    });
    this.#counters('ringwall_malformed_total', 'Messages that are none.', 'code', () => this.#malformed);
    this.#counters('ringwall_ignored_total', 'Messages not answered.', 'why', () => this.#ignored);
    this.#counter('ringwall_failed_logins_total', 'Wrong passwords.', () => this.#failedLogins);
    this.#counter(
      'ringwall_refused_registrations_total',
      'Registrations with the right password that are not allowed.',
      () => this.#refusedRegistrations,
    );
    const keys = 'Pressed keys that came faster than the other side of the call takes them.';
    this.#counter('ringwall_keys_dropped_total', keys, () => this.#droppedKeys);
    this.#counter('ringwall_mistakes_total', 'Mistakes of the program itself.', () => this.#mistakes);
  }

  #declareSockets(): void {
    const { sockets } = this.#sources;
    this.#counters('ringwall_datagrams_total', 'SIP datagrams.', 'direction', () => {
      const { datagramsIn, datagramsOut } = sockets().udp;
      return Object.entries({ in: datagramsIn, out: datagramsOut });
    });
    this.#counters('ringwall_datagrams_lost_total', 'Datagrams not read or not sent.', 'why', () => {
      const { keepAlives, oversize, unsent } = sockets().udp;
      return Object.entries({ keep_alive: keepAlives, oversize, unsent });
    });
    this.#counters('ringwall_stream_messages_total', 'SIP messages over TCP and TLS.', 'direction', () => {
      const { messagesIn, messagesOut } = sockets().streams;
      return Object.entries({ in: messagesIn, out: messagesOut });
    });
    this.#gauges('ringwall_connections', 'Open TCP and TLS connections.', 'of', () =>
      Object.entries({ strangers: sockets().strangers, phones: sockets().promoted }),
    );
    this.#counter('ringwall_connections_accepted_total', 'Connections.', () => sockets().streams.accepted);
    this.#counters('ringwall_connections_refused_total', 'Connections not let in.', 'why', () =>
      Object.entries(sockets().streams.refused),
    );
    this.#counters('ringwall_connections_closed_total', 'Connections that ended.', 'why', () =>
      Object.entries(sockets().streams.closed),
    );
    this.#counter(
      'ringwall_tls_handshakes_failed_total',
      'TLS handshakes that came to no end.',
      () => sockets().streams.handshakesFailed,
    );
    this.#counters('ringwall_socket_errors_total', 'Errors of sockets.', 'code', () => sockets().errors);
  }

  #declareGuard(): void {
    const { guard } = this.#sources;
    this.#counters('ringwall_guard_packets_total', 'Packets, by what decided about them.', 'rule', () =>
      Object.entries(guard().admitted),
    );
    this.#counters('ringwall_guard_bans_total', 'Sources blacklisted.', 'rule', () => guard().bans);
    this.#counters(
      'ringwall_guard_udp_drops_total',
      'Sources whose UDP was dropped for a while.',
      'rule',
      () => guard().udpDrops,
    );
    this.#counters(
      'ringwall_guard_throttles_total',
      'Sources ignored for a while.',
      'rule',
      () => guard().throttles,
    );
    this.#counters('ringwall_guard_alarms_total', 'Alarms raised.', 'alarm', () => guard().alarms);
    this.#gauge('ringwall_guard_guessing', 'Are passwords being guessed?', () =>
      Number(guard().isGuessingAlarmOn),
    );
    this.#gauge('ringwall_guard_list_entries', 'Entries of both lists.', () => guard().listEntries);
    this.#counter(
      'ringwall_guard_replies_refused_total',
      'Answers to strangers left out.',
      () => guard().repliesRefused,
    );
    this.#counters('ringwall_guard_lost_total', 'What was not written down.', 'what', () => {
      const { lost, effectsLost, listEntriesEvicted } = guard();
      return Object.entries({ ...lost, effects: effectsLost, entries_evicted: listEntriesEvicted });
    });
  }

  #declareTold(): void {
    const { notices, guard } = this.#sources;
    for (const became of ['sent', 'failed', 'dropped'] as const) {
      this.#counters(`ringwall_notices_${became}_total`, `Notices ${became}.`, 'channel', () =>
        Object.entries({ webhook: notices.webhooks[became], mail: notices.mail[became] }),
      );
    }
    this.#gauge(
      'ringwall_guard_shared_list_networks',
      'Networks of the shared list.',
      () => guard().sharedNetworks,
    );
  }

  #declareMedia(): void {
    const { media } = this.#sources;
    this.#gauge('ringwall_media_legs', 'Legs with open media ports.', async () => (await media()).legs);
    this.#counters('ringwall_media_packets_total', 'RTP and RTCP packets.', 'direction', async () => {
      const { packetsReceived, packetsSent } = await media();
      return Object.entries({ in: packetsReceived, out: packetsSent });
    });
    this.#counters('ringwall_media_dropped_total', 'Media packets thrown away.', 'reason', async () =>
      Object.entries((await media()).dropped),
    );
  }

  /** Trunks, and how their providers are found. */
  watchTrunks({ states, dns, finder }: TrunkSources): void {
    this.#gauges('ringwall_trunk_up', 'Does the provider answer (1), or not (0)?', 'trunk', states);
    const failures = 'Calls that a trunk did not take, by status; 504: it said nothing.';
    this.#counters('ringwall_trunk_calls_failed_total', failures, 'status', () => this.#failedDials);
    this.#counters('ringwall_trunk_failures_total', 'The same, by trunk.', 'trunk', () => this.#failedTrunks);
    this.#counters('ringwall_trunk_searches_total', 'Searches for providers.', 'result', () =>
      Object.entries(finder.counts),
    );
    this.#gauge(
      'ringwall_trunk_places_aside',
      'Places of providers that failed of late.',
      () => finder.aside,
    );
    this.#counters(
      'ringwall_dns_questions_total',
      'Questions to the DNS, and what became of them.',
      'result',
      () => Object.entries({ asked: dns.asked, kept: dns.kept, ...dns.failed }),
    );
  }

  /** @param rests how often the signalling thread rested so that messages gather. */
  watchRests(rests: () => number): void {
    this.#counter('ringwall_rests_total', 'Rests of 2 ms in which messages gathered.', rests);
  }

  #declareProcess(): void {
    const help = 'How late the event loop was since the metrics were last read, in seconds.';
    this.#gauges('ringwall_event_loop_delay_seconds', help, 'quantile', () => {
      const late = (percentile: number): number =>
        Math.max(0, this.#loopDelay.percentile(percentile) / 1e9 - LOOP_RESOLUTION_MS / 1e3);
      const values = Object.entries({ 0.5: late(50), 0.99: late(99), 1: late(100) });
      this.#loopDelay.reset();
      return values;
    });
    this.#gauge('process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss());
    this.#counter('process_cpu_seconds_total', 'Processor time.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    const startedAt = Math.round(Date.now() / 1e3 - process.uptime());
    this.#gauge('process_start_time_seconds', 'When the program started.', () => startedAt);
    this.#counter('ringwall_log_lines_dropped_total', 'Lines that nobody read fast enough.', () =>
      this.#sources.logDropped(),
    );
  }

  #gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: async () => gauge.set(await read()),
    });
  }

  #gauges(name: string, help: string, label: string, read: () => Values): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: () => {
        for (const [key, value] of read()) gauge.set({ [label]: key }, value);
      },
    });
  }

  #counter(name: string, help: string, read: () => number): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }

  #counters(name: string, help: string, label: string, read: () => Values | Promise<Values>): void {
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect: async () => {
        const values = await read();
        counter.reset();
        for (const [key, value] of values) counter.inc({ [label]: key }, value);
      },
    });
  }
}

function bump<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
