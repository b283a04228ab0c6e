import { type Clock, type DnsAnswer, err, ok, type Random, type Result } from '@ringwall/base';
import type { Dns, Flow, ListenAddress, SipSockets } from '@ringwall/net';
import type { Trunk } from '@ringwall/pbx';
import { planTargets, questionKey, type Target, TargetHealth, type Wish } from '@ringwall/sip';
import type { Found } from './trunk-reacher.ts';

/** What became of the searches. `nowhere`: the DNS named no place; `unreachable`: none of its places let us connect. */
export interface SearchCounts {
  found: number;
  nowhere: number;
  unreachable: number;
}

export interface ProviderFinderParts {
  readonly sockets: Pick<SipSockets, 'listening' | 'localAddressFor' | 'connect' | 'drop'>;
  readonly dns: Pick<Dns, 'ask'>;
  readonly clock: Clock;
  readonly random: Random;
}

const FAMILIES = [4, 6] as const;
/** Connections tried for one wish. */
const MOST_TRIES = 4;
const MOST_REMEMBERED = 1_000;
/** NAPTR, SRV, addresses, and the plan itself. */
const MOST_ROUNDS = 4;

/** Finds the providers of trunks by RFC 3263, and stays away from what failed of late. */
export class ProviderFinder {
  readonly #parts: ProviderFinderParts;
  readonly #health = new TargetHealth(MOST_REMEMBERED);
  readonly counts: SearchCounts = { found: 0, nowhere: 0, unreachable: 0 };

  constructor(parts: ProviderFinderParts) {
    this.#parts = parts;
  }

  /** Places that did not answer of late, and wait for their turn. */
  get aside(): number {
    return this.#health.aside(this.#parts.clock.monotonic());
  }

  /**
   * Gives the flow to the best of the provider's targets: from our UDP socket, or over a connection of ours.
   *
   * @param avoid what did not answer: it is set aside for a while, and taken all the same if there is nothing else.
   * @param keep where it is reached now: it stays there, if the DNS still names that place.
   * @returns in words why it cannot be reached.
   */
  async find(trunk: Trunk, avoid: Flow | undefined, keep?: Flow): Promise<Result<Found, string>> {
    const { sockets, clock } = this.#parts;
    const { host, port } = trunk.outboundProxy ?? trunk;
    const { transport } = trunk;
    const families = FAMILIES.filter((family) => transport !== 'udp' || this.#listener(family) !== undefined);
    const found = await this.#targets({ host, port, transport, transports: [transport], families });
    if (!found.ok) {
      this.counts.nowhere++;
      return found;
    }
    const { targets, ttlSeconds } = found.value;
    const addresses = [...new Set(targets.map(({ address }) => address))];
    if (keep !== undefined && targets.some((target) => isPlaceOf(keep, target))) {
      this.counts.found++;
      return ok({ addresses, ttlSeconds, flow: keep });
    }
    const failed = targets.find((target) => avoid !== undefined && isPlaceOf(avoid, target));
    if (failed !== undefined) this.#health.failed(failed, clock.monotonic());
    // A connection that brings no answer must not be taken again.
    if (avoid !== undefined && avoid.transport !== 'udp') sockets.drop(avoid);
    const ordered = this.#health.order(targets, clock.monotonic());
    const flow =
      transport === 'udp'
        ? this.#datagrams(ordered, host)
        : await this.#connect(ordered, transport, trunk.ca);
    this.counts[flow.ok ? 'found' : 'unreachable']++;
    return flow.ok ? ok({ addresses, ttlSeconds, flow: flow.value }) : flow;
  }

  #datagrams([best]: readonly Target[], host: string): Result<Flow, string> {
    const from = best && this.#listener(best.address.includes(':') ? 6 : 4);
    if (best === undefined || from === undefined) return err(`We listen on no UDP port that reaches ${host}`);
    const local = { address: this.#parts.sockets.localAddressFor(best.address), port: from.port };
    const remote = { address: best.address, port: best.port };
    return ok({ transport: 'udp', local, remote, connection: 0 });
  }

  /** Tries the first few, one after the other. */
  async #connect(
    targets: readonly Target[],
    transport: 'tcp' | 'tls',
    ca: string | undefined,
  ): Promise<Result<Flow, string>> {
    const believed = ca === undefined ? {} : { ca };
    let why = '';
    for (const target of targets.slice(0, MOST_TRIES)) {
      const { address, port, tlsName } = target;
      // The next is for when this one cannot be reached.
      const made = await this.#parts.sockets.connect({ transport, address, port, tlsName, ...believed }); // eslint-disable-line no-await-in-loop
      if (made.ok) return made;
      why = made.error.text;
      this.#health.failed(target, this.#parts.clock.monotonic());
    }
    return err(why);
  }

  async #targets(
    wish: Wish,
  ): Promise<Result<{ readonly targets: readonly Target[]; readonly ttlSeconds: number }, string>> {
    const answers = new Map<string, DnsAnswer>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const plan = planTargets(wish, answers, this.#parts.random);
      if (plan.is === 'found') return ok(plan);
      if (plan.is === 'nowhere') return err(whyNowhere(wish, plan.why));
      const asked = plan.questions.map(async (question) => {
        answers.set(questionKey(question), await this.#parts.dns.ask(question));
      });
      // Each round needs the answers of the one before.
      await Promise.all(asked); // eslint-disable-line no-await-in-loop
    }
    return err(`The DNS leads from ${wish.host} to nowhere`);
  }

  #listener(family: 4 | 6): ListenAddress | undefined {
    return this.#parts.sockets
      .listening()
      .find(({ transport, address }) => transport === 'udp' && address.includes(':') === (family === 6));
  }
}

function isPlaceOf({ remote }: Flow, { address, port }: Target): boolean {
  return remote.address === address && remote.port === port;
}

function whyNowhere({ host, families }: Wish, why: 'none' | 'failed' | 'not-offered'): string {
  switch (why) {
    case 'failed':
      return `The DNS servers of this machine did not answer for ${host}`;
    case 'not-offered':
      return `The DNS says that ${host} does not offer this transport`;
    case 'none':
      return families.length === 2
        ? `The name ${host} has no address`
        : `${host} has no address that one of our UDP ports reaches`;
  }
}
