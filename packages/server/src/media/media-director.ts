import { MessageChannel } from 'node:worker_threads';
import { assert, type Clock, type Random } from '@ringwall/base';
import { type LegId, type LegMedia, noDrops, noStatistics } from '@ringwall/media';
import { RtpPortPool } from '@ringwall/net';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import { linkMedia, type MediaLeg } from './media-leg.ts';
import type { MediaStatistics } from './media-statistics.ts';
import { PortStock } from './port-stock.ts';
import type { CoreReport, StartThread, ThreadReport } from './thread-messages.ts';
import { ThreadSlot } from './thread-slot.ts';

export interface MediaOptions {
  /** UDP ports of legs, both ends included; whole pairs. */
  readonly ports: { readonly first: number; readonly last: number };
  /** Where legs listen: `0.0.0.0` and `::` for all addresses. Undefined: no legs of that family. */
  readonly listen: { readonly v4: string | undefined; readonly v6: string | undefined };
  /** Threads, 1 at least. */
  readonly workers: number;
  /** After how much silence of a phone that should be heard `leg-silent` is told. */
  readonly silenceMs: number;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * So many pairs of each IP version are open in each thread before a leg asks, at most: what 100 calls a second take in
 * the time that a thread may need for more.
 */
const READY_PAIRS = 32;
/** But of all threads together no more than this part of the range, so that a small one is not used up by it. */
const READY_SHARE = 1 / 8;
const REPORT_TIMEOUT_MS = 2_000;

/**
 * The media service of the call engine: keeps the books of legs, ports and threads, and lets threads do the rest.
 *
 * A leg lives in one thread from its opening to its end. Two legs that are joined across threads (a transfer
 * between calls) are linked by a message port.
 */
export class MediaDirector {
  readonly #options: MediaOptions;
  readonly #tell: (event: MediaEvent) => void;
  readonly #legs = new Map<LegId, MediaLeg>();
  readonly #pools: ReadonlyMap<4 | 6, RtpPortPool>;
  readonly #threads: ThreadSlot[];
  /** Of each thread, and each IP version. */
  readonly #stocks: readonly ReadonlyMap<4 | 6, PortStock>[];
  readonly #asked = new Map<number, (report: CoreReport) => void>();
  #requests = 0;
  #links = 0;

  constructor(options: MediaOptions, start: StartThread, onEvent: (event: MediaEvent) => void) {
    assert(options.workers >= 1, 'media without a thread');
    this.#options = options;
    this.#tell = onEvent;
    const { random, ports } = options;
    this.#pools = new Map(([4, 6] as const).map((family) => [family, new RtpPortPool({ ...ports, random })]));
    this.#stocks = Array.from(
      { length: options.workers },
      (_, thread) => new Map(([4, 6] as const).map((family) => [family, this.#newStock(thread, family)])),
    );
    this.#threads = Array.from({ length: options.workers }, (_, thread) => {
      const onReport = (report: ThreadReport): void => this.#reported(thread, report);
      return new ThreadSlot(start, { silenceMs: options.silenceMs }, options.clock, onReport, (why) =>
        this.#threadGone(thread, why),
      );
    });
  }

  /** Takes a command; what comes of it is told as events, never before this returns. */
  perform(command: MediaCommand): void {
    switch (command.do) {
      case 'open-leg':
        return this.#openLeg(command.leg, command.family, command.near);
      case 'configure-leg':
        return this.#configureLeg(command.leg, command.media);
      case 'join-legs':
        return this.#joinLegs(this.#legs.get(command.legs[0]), this.#legs.get(command.legs[1]));
      case 'part-legs': {
        const [a, b] = command.legs.map((id) => this.#legs.get(id));
        if (a !== undefined && a.joined === b) this.#part(a);
        return;
      }
      case 'play':
      case 'stop-playing':
      case 'read-digits':
      case 'send-digit':
      case 'echo-leg': {
        const leg = this.#legs.get(command.leg);
        if (leg?.state === 'open') this.#thread(leg).post(command);
        return;
      }
      case 'close-leg':
        return this.#closeLeg(command.leg);
    }
  }

  /** Asks every thread; one that does not answer within two seconds is left out. */
  async statistics(): Promise<MediaStatistics> {
    const reports = await Promise.all(this.#threads.map((thread) => this.#ask(thread)));
    const dropped = noDrops();
    let [packetsReceived, packetsSent] = [0, 0];
    for (const report of reports) {
      if (report === undefined) continue;
      packetsReceived += report.totals.packetsReceived;
      packetsSent += report.totals.packetsSent;
      for (const reason of Object.keys(dropped) as (keyof typeof dropped)[]) {
        dropped[reason] += report.totals.dropped[reason];
      }
    }
    const pools = [...this.#pools].map(([family, { pairs, taken, resting }]) => {
      return { pairs, taken: taken - this.#idle(family), resting };
    });
    return {
      legs: this.#legs.size,
      packetsReceived,
      packetsSent,
      dropped,
      portPairs: pools[0]?.pairs ?? 0,
      portPairsTaken: Math.max(...pools.map((pool) => pool.taken)),
      portPairsResting: Math.max(...pools.map((pool) => pool.resting)),
      threads: this.#threads.map((thread, i) => ({
        legs: thread.legs,
        restarts: thread.restarts,
        cpuMicros: reports[i]?.cpuMicros,
      })),
    };
  }

  /** Ends all legs without a word and gives their ports back. */
  async close(): Promise<void> {
    this.#legs.clear();
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #openLeg(id: LegId, family: 4 | 6, near: LegId | undefined): void {
    assert(!this.#legs.has(id), `media leg ${id} is open already`);
    const neighbour = near === undefined ? undefined : this.#legs.get(near);
    const thread = neighbour?.thread ?? this.#idlestThread();
    const leg: MediaLeg = {
      id,
      family,
      thread,
      rtpPort: 0,
      state: 'opening',
      media: undefined,
      joined: undefined,
      link: undefined,
    };
    this.#legs.set(id, leg);
    this.#thread(leg).legs++;
    this.#takePorts(leg);
  }

  #idlestThread(): number {
    const running = this.#threads.filter((slot) => slot.isRunning);
    const slots = running.length > 0 ? running : this.#threads;
    return this.#threads.indexOf(slots.reduce((a, b) => (b.legs < a.legs ? b : a)));
  }

  #thread(leg: MediaLeg): ThreadSlot {
    return this.#threads[leg.thread] as ThreadSlot;
  }

  #newStock(thread: number, family: 4 | 6): PortStock {
    const { listen, workers, clock } = this.#options;
    const address = family === 4 ? listen.v4 : listen.v6;
    const pool = this.#pools.get(family) as RtpPortPool;
    return new PortStock({
      pool,
      clock,
      ready: Math.min(READY_PAIRS, Math.floor((pool.pairs * READY_SHARE) / workers)),
      order: (rtpPorts, isAwaited) => {
        assert(address !== undefined, 'ports of an IP version that media does not listen on');
        const command = { do: 'open-ports', family, address, rtpPorts } as const;
        const slot = this.#threads[thread] as ThreadSlot;
        if (isAwaited) slot.post(command);
        else slot.postLater(command);
      },
    });
  }

  #stock({ thread, family }: MediaLeg): PortStock {
    return this.#stocks[thread]?.get(family) as PortStock;
  }

  /** Pairs that are open, or being opened, without a leg. */
  #idle(family: 4 | 6): number {
    return this.#stocks.reduce((sum, stocks) => sum + (stocks.get(family)?.idle ?? 0), 0);
  }

  #takePorts(leg: MediaLeg): void {
    const { listen } = this.#options;
    const { family } = leg;
    if ((family === 4 ? listen.v4 : listen.v6) === undefined) {
      return this.#fail(leg, `media does not listen on IPv${family}`);
    }
    if (!this.#thread(leg).isRunning) return this.#fail(leg, 'the media thread is being started again');
    const answer = this.#stock(leg).take(leg.id);
    if (answer.kind === 'wait') return;
    if (answer.kind === 'ports') {
      this.#open(leg, answer.rtpPort);
      // Told later: whoever asked for it is still at it.
      queueMicrotask(() => {
        if (leg.state === 'open') this.#tellOpened(leg);
      });
      return;
    }
    const { pairs, taken, resting } = this.#pool(leg);
    const state = `of ${pairs} pairs ${taken - this.#idle(family)} are in use and ${resting} rest for 30 s`;
    this.#fail(leg, `all pairs of media ports are in use or resting (${state})`);
  }

  #open(leg: MediaLeg, rtpPort: number): void {
    const { id, family, media, joined } = leg;
    leg.rtpPort = rtpPort;
    leg.state = 'open';
    // Until the leg is configured nothing passes, and so nobody waits for this.
    this.#thread(leg).postLater({ do: 'open', leg: id, family, rtpPort });
    if (media !== undefined) this.#thread(leg).post({ do: 'configure', leg: id, media });
    if (joined !== undefined) this.#connect(leg, joined);
  }

  #tellOpened({ id, rtpPort }: MediaLeg): void {
    this.#tell({ kind: 'leg-opened', leg: id, rtpPort, rtcpPort: rtpPort + 1 });
  }

  #pool(leg: MediaLeg): RtpPortPool {
    return this.#pools.get(leg.family) as RtpPortPool;
  }

  #configureLeg(id: LegId, media: LegMedia): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.state === 'closing') return;
    leg.media = media;
    if (leg.rtpPort === 0) return;
    this.#thread(leg).post({ do: 'configure', leg: id, media });
    this.#describeLinks(leg);
  }

  #joinLegs(a: MediaLeg | undefined, b: MediaLeg | undefined): void {
    if (a === undefined || b === undefined || a === b || a.joined === b) return;
    if (a.state === 'closing' || b.state === 'closing') return;
    this.#part(a);
    this.#part(b);
    a.joined = b;
    b.joined = a;
    this.#connect(a, b);
  }

  #connect(a: MediaLeg, b: MediaLeg): void {
    // Whoever gets its ports last does it.
    if (a.rtpPort === 0 || b.rtpPort === 0) return;
    if (a.thread === b.thread) this.#thread(a).post({ do: 'join', legs: [a.id, b.id] });
    else this.#link(a, b);
  }

  #link(a: MediaLeg, b: MediaLeg): void {
    const { port1, port2 } = new MessageChannel();
    for (const [leg, port] of [
      [a, port1],
      [b, port2],
    ] as const) {
      const here = `link-${++this.#links}` as LegId;
      leg.link = { here };
      this.#thread(leg).post({ do: 'open-link', leg: here, port }, [port]);
      this.#thread(leg).post({ do: 'join', legs: [leg.id, here] });
    }
    this.#describeLinks(a);
  }

  #describeLinks(leg: MediaLeg): void {
    const other = leg.joined;
    if (leg.link === undefined || other?.link === undefined) return;
    if (leg.media === undefined || other.media === undefined) return;
    const [near, far] = [leg.media, other.media];
    this.#thread(leg).post({ do: 'configure', leg: leg.link.here, media: linkMedia(near, far) });
    this.#thread(other).post({ do: 'configure', leg: other.link.here, media: linkMedia(far, near) });
  }

  /** Takes a leg from the one that it is joined to. */
  #part(leg: MediaLeg): void {
    const other = leg.joined;
    if (other === undefined) return;
    // A leg that closes is taken from the other by its thread.
    if (leg.link === undefined && leg.state !== 'closing')
      this.#thread(leg).post({ do: 'part', leg: leg.id });
    for (const side of [leg, other]) {
      if (side.link !== undefined) this.#thread(side).postLater({ do: 'close', leg: side.link.here });
      side.link = undefined;
      side.joined = undefined;
    }
  }

  #closeLeg(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.state === 'closing') return;
    if (leg !== undefined) {
      leg.state = 'closing';
      this.#part(leg);
      if (leg.rtpPort !== 0) return this.#thread(leg).postLater({ do: 'close', leg: id });
      this.#forget(leg);
    }
    queueMicrotask(() => this.#tell({ kind: 'leg-closed', leg: id, statistics: noStatistics() }));
  }

  /** Takes the leg out of the books. Ports of a leg that no phone was described on have seen no packet of a call. */
  #forget(leg: MediaLeg): void {
    if (leg.rtpPort === 0) this.#stock(leg).dismiss(leg.id);
    else if (leg.media === undefined) this.#pool(leg).releaseUnused(leg.rtpPort);
    else this.#pool(leg).release(leg.rtpPort, this.#options.clock.monotonic());
    this.#legs.delete(leg.id);
    this.#thread(leg).legs--;
  }

  /** The leg cannot go on. Told later: whoever asked for it is still at it. */
  #fail(leg: MediaLeg, text: string): void {
    this.#part(leg);
    this.#forget(leg);
    const event: MediaEvent =
      leg.state === 'closing'
        ? { kind: 'leg-closed', leg: leg.id, statistics: noStatistics() }
        : { kind: 'leg-failed', leg: leg.id, text };
    queueMicrotask(() => this.#tell(event));
  }

  #reported(thread: number, report: ThreadReport): void {
    switch (report.kind) {
      case 'report':
        this.#asked.get(report.request)?.(report.report);
        return;
      case 'ports-opened':
        return this.#portsOpened(thread, report.family, report.rtpPort);
      case 'ports-refused':
        return this.#portsRefused(thread, report);
      default:
    }
    // Links are the threads' own; what is told of them, or of legs that failed, concerns nobody.
    const leg = this.#legs.get(report.leg);
    if (leg === undefined) return;
    switch (report.kind) {
      case 'broken':
        return this.#fail(leg, report.text);
      case 'closed':
        this.#forget(leg);
        this.#tell({ kind: 'leg-closed', leg: leg.id, statistics: report.statistics });
        return;
      case 'leg-silent':
      case 'leg-heard':
      case 'leg-digit':
      case 'leg-played':
        if (leg.state === 'open') this.#tell(report);
    }
  }

  #portsOpened(thread: number, family: 4 | 6, rtpPort: number): void {
    const id = this.#stocks[thread]?.get(family)?.opened(rtpPort);
    const leg = id === undefined ? undefined : this.#legs.get(id);
    if (leg === undefined) return;
    this.#open(leg, rtpPort);
    this.#tellOpened(leg);
  }

  #portsRefused(thread: number, { family, rtpPort, code }: ThreadReport & { kind: 'ports-refused' }): void {
    for (const id of this.#stocks[thread]?.get(family)?.refused(rtpPort, code) ?? []) {
      const leg = this.#legs.get(id);
      if (leg !== undefined)
        this.#fail(leg, `media port ${rtpPort} cannot be opened: the system says ${code}`);
    }
  }

  #threadGone(thread: number, why: string): void {
    for (const leg of [...this.#legs.values()]) {
      if (leg.thread === thread) this.#fail(leg, `the media thread stopped: ${why}`);
    }
    for (const stock of this.#stocks[thread]?.values() ?? []) stock.clear();
  }

  #ask(thread: ThreadSlot): Promise<CoreReport | undefined> {
    if (!thread.isRunning) return Promise.resolve(undefined);
    const request = ++this.#requests;
    return new Promise((resolve) => {
      const give = (report: CoreReport | undefined): void => {
        clearTimeout(timeout);
        this.#asked.delete(request);
        resolve(report);
      };
      const timeout = setTimeout(() => give(undefined), REPORT_TIMEOUT_MS);
      this.#asked.set(request, give);
      thread.post({ do: 'report', request });
    });
  }
}
