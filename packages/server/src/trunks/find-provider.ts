import { type Clock, err, ok, type Random, type Result } from '@ringwall/base';
import type { Dns, DnsAnswer, Flow, ListenAddress, SipSockets } from '@ringwall/net';
import type { Trunk } from '@ringwall/pbx';
import { planTargets, questionKey, type Target, TargetHealth, type Wish } from '@ringwall/sip';
import type { Found } from './trunk-reacher.ts';

export interface ProviderFinderParts {
  readonly sockets: Pick<SipSockets, 'listening' | 'localAddressFor'>;
  readonly dns: Pick<Dns, 'ask'>;
  readonly clock: Clock;
  readonly random: Random;
}

type Targets = readonly [Target, ...Target[]];

const MOST_REMEMBERED = 1_000;
/** NAPTR, SRV, addresses, and the plan itself. */
const MOST_ROUNDS = 4;

/** Finds the providers of trunks by RFC 3263, and stays away from what failed of late. */
export class ProviderFinder {
  readonly #parts: ProviderFinderParts;
  readonly #health = new TargetHealth(MOST_REMEMBERED);

  constructor(parts: ProviderFinderParts) {
    this.#parts = parts;
  }

  /**
   * Gives the flow from our UDP socket to the best of the provider's targets.
   *
   * @param avoid what did not answer: it is set aside for a while, and taken all the same if there is nothing else.
   * @returns in words why it cannot be reached.
   */
  async find(trunk: Trunk, avoid: Flow | undefined): Promise<Result<Found, string>> {
    const { sockets, clock } = this.#parts;
    if (trunk.transport !== 'udp') {
      return err(`Trunks over ${trunk.transport.toUpperCase()} cannot be reached yet`);
    }
    const { host, port } = trunk.outboundProxy ?? trunk;
    const families = ([4, 6] as const).filter((family) => this.#listener(family) !== undefined);
    const { transport } = trunk;
    const found = await this.#targets({ host, port, transport, transports: ['udp'], families });
    if (!found.ok) return found;
    const targets = found.value;
    const now = clock.monotonic();
    const failed = targets.find(
      ({ address, port: at }) => avoid?.remote.address === address && avoid.remote.port === at,
    );
    if (failed !== undefined) this.#health.failed(failed, now);
    const [best = targets[0]] = this.#health.order(targets, now);
    const from = this.#listener(best.address.includes(':') ? 6 : 4);
    if (from === undefined) return err(`We listen on no UDP port that reaches ${host}`);
    const local = { address: sockets.localAddressFor(best.address), port: from.port };
    const remote = { address: best.address, port: best.port };
    return ok({
      addresses: [...new Set(targets.map(({ address }) => address))],
      flow: { transport: 'udp', local, remote, connection: 0 },
    });
  }

  async #targets(wish: Wish): Promise<Result<Targets, string>> {
    const answers = new Map<string, DnsAnswer>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const plan = planTargets(wish, answers, this.#parts.random);
      if (plan.is === 'found') return ok(plan.targets as Targets);
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
