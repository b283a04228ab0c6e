import { MessageChannel } from 'node:worker_threads';
import { assert, type Clock, type Random } from '@ringwall/base';
import { type LegId, type LegMedia, noDrops, noStatistics } from '@ringwall/media';
import { RtpPortPool } from '@ringwall/net';
import type { MediaCommand, MediaEvent } from '@ringwall/pbx';
import { linkMedia, type MediaLeg } from './media-leg.ts';
import type { MediaStatistics } from './media-statistics.ts';
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

/** Other programs may sit in our range: so many pairs are tried for one leg. */
const REFUSALS = 10;
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
  readonly #asked = new Map<number, (report: CoreReport) => void>();
  #requests = 0;
  #links = 0;

  constructor(options: MediaOptions, start: StartThread, onEvent: (event: MediaEvent) => void) {
    assert(options.workers >= 1, 'media without a thread');
    this.#options = options;
    this.#tell = onEvent;
    const { random, ports } = options;
    this.#pools = new Map(([4, 6] as const).map((family) => [family, new RtpPortPool({ ...ports, random })]));
    this.#threads = Array.from({ length: options.workers }, (_, thread) => {
      const onReport = (report: ThreadReport): void => this.#reported(report);
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
    const pools = [...this.#pools.values()];
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
      refusals: 0,
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

  #takePorts(leg: MediaLeg): void {
    const { listen, clock } = this.#options;
    const address = leg.family === 4 ? listen.v4 : listen.v6;
    if (address === undefined) return this.#fail(leg, `media does not listen on IPv${leg.family}`);
    if (!this.#thread(leg).isRunning) return this.#fail(leg, 'the media thread is being started again');
    const pool = this.#pool(leg);
    const rtpPort = pool.take(clock.monotonic());
    if (rtpPort === undefined) {
      const state = `of ${pool.pairs} pairs ${pool.taken} are in use and ${pool.resting} rest for 30 s`;
      return this.#fail(leg, `no media ports left: ${state}`);
    }
    leg.rtpPort = rtpPort;
    this.#thread(leg).post({ do: 'open', leg: leg.id, family: leg.family, address, rtpPort });
  }

  #pool(leg: MediaLeg): RtpPortPool {
    return this.#pools.get(leg.family) as RtpPortPool;
  }

  #releasePorts(leg: MediaLeg, rest: boolean): void {
    if (leg.rtpPort === 0) return;
    if (rest) this.#pool(leg).release(leg.rtpPort, this.#options.clock.monotonic());
    else this.#pool(leg).releaseUnused(leg.rtpPort);
    leg.rtpPort = 0;
  }

  #configureLeg(id: LegId, media: LegMedia): void {
    const leg = this.#legs.get(id);
    if (leg === undefined || leg.state === 'closing') return;
    leg.media = media;
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
    for (const side of [leg, other]) {
      if (side.link === undefined) this.#thread(side).post({ do: 'part', leg: side.id });
      else this.#thread(side).post({ do: 'close', leg: side.link.here });
      side.link = undefined;
      side.joined = undefined;
    }
  }

  #closeLeg(id: LegId): void {
    const leg = this.#legs.get(id);
    if (leg?.state === 'closing') return;
    if (leg === undefined) {
      queueMicrotask(() => this.#tell({ kind: 'leg-closed', leg: id, statistics: noStatistics() }));
      return;
    }
    this.#part(leg);
    leg.state = 'closing';
    this.#thread(leg).post({ do: 'close', leg: id });
  }

  /** Takes the leg out of the books. Ports of a leg that no phone was described on have seen no packet of a call. */
  #forget(leg: MediaLeg): void {
    this.#releasePorts(leg, leg.media !== undefined);
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

  #reported(report: ThreadReport): void {
    if (report.kind === 'report') {
      this.#asked.get(report.request)?.(report.report);
      return;
    }
    // Links are the threads' own; what is told of them, or of legs that failed, concerns nobody.
    const leg = this.#legs.get(report.leg);
    if (leg === undefined) return;
    switch (report.kind) {
      case 'opened':
        if (leg.state !== 'opening') return;
        leg.state = 'open';
        this.#tell({
          kind: 'leg-opened',
          leg: leg.id,
          rtpPort: report.rtpPort,
          rtcpPort: report.rtpPort + 1,
        });
        return;
      case 'port-refused':
        return this.#portRefused(leg, report.code);
      case 'broken':
        return this.#fail(leg, report.text);
      case 'closed':
        this.#forget(leg);
        this.#tell({ kind: 'leg-closed', leg: leg.id, statistics: report.statistics });
        return;
      case 'leg-silent':
      case 'leg-heard':
        if (leg.state === 'open') this.#tell(report);
    }
  }

  #portRefused(leg: MediaLeg, code: string): void {
    if (leg.state !== 'opening') return;
    const refused = leg.rtpPort;
    this.#releasePorts(leg, true);
    leg.refusals++;
    if (code === 'EADDRINUSE' && leg.refusals < REFUSALS) {
      this.#takePorts(leg);
      return;
    }
    this.#thread(leg).post({ do: 'close', leg: leg.id });
    this.#fail(leg, `media port ${refused} cannot be opened: the system says ${code}`);
  }

  #threadGone(thread: number, why: string): void {
    for (const leg of [...this.#legs.values()]) {
      if (leg.thread === thread) this.#fail(leg, `the media thread stopped: ${why}`);
    }
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
