import { type Account, Ringwall } from '../../interop/harness/ringwall.ts';
import { Program } from '../../interop/harness/process.ts';
import type { AskJob, AskOutcome } from '../drivers/ask.ts';
import type { Guess, GuessJob, GuessOutcome } from '../drivers/guess.ts';
import type { HeapJob, HeapOutcome } from '../drivers/heap.ts';
import type { PermissiveJob, PermissiveOutcome } from '../drivers/permissive.ts';
import { DriverRun } from './driver-run.ts';
import { type Host, Network } from './network.ts';
import { Probes } from './probes.ts';

export const DOMAIN = 'pbx.example';
const PORT = 5_060;
const METRICS_PORT = 9_464;
/** Of 10.99.0.0/24 only what the office has is its LAN: everybody else is out on the internet. */
const LAN = '10.99.0.8/29';
/** Longer than the first repetitions of any answer would take to come (RFC 3261 17: after 0.5 s, then 1 s). */
const QUIET_MS = 1_300;

export interface SceneOptions {
  readonly extensions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Does the kernel of the PBX's own network drop too? Left out: no, so that what the program does alone is seen. */
  readonly kernel?: boolean;
}

/**
 * The phone system as a person starts it, on a host of its own, with an office next to it and the internet around:
 * the `phones` of the LAN, a `provider`, and an `attacker`, who is nobody.
 */
export class Scene {
  readonly pbx: Host;
  readonly phones: Host;
  readonly provider: Host;
  readonly attacker: Host;
  readonly network: Network;
  readonly ringwall: Ringwall;
  /** Where the program listens, over UDP and TCP. */
  readonly server: { readonly address: string; readonly port: number };
  readonly #probes: Probes[] = [];
  #office: readonly [Account, Account] | undefined;

  static async open(options: SceneOptions = {}): Promise<Scene> {
    const network = Network.make({ pbx: [1], phones: [10, 11], provider: [50], attacker: [2, 3] });
    network.ownEverywhere(network.host('attacker'));
    const { addresses, address6, prefix } = network.host('pbx');
    const listeners = [addresses[0], `[${address6}]`].flatMap((host) =>
      ['udp', 'tcp'].map((transport) => `${transport}:${host}:${PORT}`),
    );
    try {
      const ringwall = await Ringwall.start({
        extensions: options.extensions ?? [],
        kernel: options.kernel ?? false,
        prefix,
        mediaPorts: '20000-20199',
        env: {
          RINGWALL_SIP_LISTENERS: listeners.join(','),
          RINGWALL_SIP_DOMAINS: DOMAIN,
          RINGWALL_SECURITY_LAN_NETWORKS: LAN,
          RINGWALL_METRICS_ADDRESS: `${addresses[0]}:${METRICS_PORT}`,
          ...options.env,
        },
      });
      return new Scene(network, ringwall);
    } catch (error) {
      network.remove();
      throw error;
    }
  }

  private constructor(network: Network, ringwall: Ringwall) {
    this.network = network;
    this.ringwall = ringwall;
    this.pbx = network.host('pbx');
    this.phones = network.host('phones');
    this.provider = network.host('provider');
    this.attacker = network.host('attacker');
    this.server = { address: this.pbx.addresses[0], port: PORT };
  }

  /**
   * Two people of the office, 901 and 902, begin to talk, and what they notice of an attack is watched. The phones of
   * `idle` are registered meanwhile.
   */
  async probe(idle: readonly Account[] = []): Promise<Probes> {
    this.#office ??= [await this.ringwall.addExtension('901'), await this.ringwall.addExtension('902')];
    const { addresses } = this.phones;
    const { address, port } = this.server;
    const probes = await Probes.start(
      this.phones,
      {
        server: { host: address, port },
        domain: DOMAIN,
        metrics: `http://${address}:${METRICS_PORT}/metrics`,
        phones: [...this.#office, ...idle].map((account, i) => {
          return { from: addresses[i % addresses.length] ?? address, account };
        }),
      },
      this.ringwall.pid,
    );
    this.#probes.push(probes);
    return probes;
  }

  /** The two who talk to each other, once {@link Scene.probe} was asked for. */
  get office(): readonly [Account, Account] {
    if (this.#office === undefined) throw new Error('nobody is in the office yet');
    return this.#office;
  }

  /** Takes a network out of the guard's sight, to show what holds without it. */
  async whitelist(network: string): Promise<void> {
    await this.ringwall.ask('guard.add', { list: 'whitelist', network, description: 'a test' });
  }

  /** Runs a script of `drivers/` on a host to its end. */
  drive<Outcome>(host: Host, driver: string, job: object, limitMs?: number): Promise<Outcome> {
    return new DriverRun<Outcome>(host, driver, job, limitMs).outcome();
  }

  /** How much memory the program needs now: what is left when all that can be given back was. */
  async neededBytes(): Promise<number> {
    const job: HeapJob = { pid: this.ringwall.pid };
    return (await this.drive<HeapOutcome>(this.pbx, 'heap', job)).usedBytes;
  }

  /** A figure of the program's metrics, all its labels added up. */
  async metric(name: string): Promise<number> {
    const url = `http://${this.server.address}:${METRICS_PORT}/metrics`;
    const text = await this.tool(5_000, 'curl', '-s', url);
    return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  }

  /** Sends datagrams from the attacker's host, and gives what came back for each. */
  async ask(asks: AskJob['asks'], to = this.server): Promise<AskOutcome['heard']> {
    const job: AskJob = { to, listenMs: QUIET_MS, asks };
    return (await this.drive<AskOutcome>(this.attacker, 'ask', job)).heard;
  }

  /** Runs a tool on the attacker's host to its end, and gives what it said. */
  async tool(limitMs: number, ...words: readonly string[]): Promise<string> {
    const [command, ...args] = [...this.attacker.prefix, ...words];
    const program = new Program(command, args);
    await program.exitCode(limitMs);
    return program.said;
  }

  /**
   * Lets a telephone system that answers everybody stand at the provider's while a tool is used on it: `attack` is
   * told its address, and what it was asked comes back. {@link PermissiveJob.extensions} are whom it has.
   */
  async permissive(
    extensions: PermissiveJob['extensions'],
    attack: (address: string, address6: string) => Promise<unknown>,
  ): Promise<PermissiveOutcome['asked']> {
    const { addresses, address6 } = this.provider;
    const job: PermissiveJob = { addresses: [addresses[0], address6], port: PORT, extensions };
    const run = new DriverRun<PermissiveOutcome>(this.provider, 'permissive', job);
    try {
      await run.ready();
      await attack(addresses[0], address6);
      run.enough();
      return (await run.outcome()).asked;
    } finally {
      await run.stop();
    }
  }

  /** Tries passwords from the attacker's host, one after the other or so many a second, and gives what each got. */
  async guess(guesses: readonly Guess[], perSecond = 0): Promise<GuessOutcome['answers']> {
    const job: GuessJob = { to: this.server, domain: DOMAIN, guesses, perSecond };
    return (await this.drive<GuessOutcome>(this.attacker, 'guess', job)).answers;
  }

  /** How many packets the attacker's host sent during `attack`, and how many it got. */
  async packetsIn(
    attack: () => Promise<unknown>,
  ): Promise<{ readonly sent: number; readonly received: number }> {
    const before = this.network.packetsOf(this.attacker);
    await attack();
    const after = this.network.packetsOf(this.attacker);
    return { sent: after.sent - before.sent, received: after.received - before.received };
  }

  async close(): Promise<void> {
    await Promise.all(this.#probes.map((probes) => probes.stop()));
    await this.ringwall.stop();
    this.network.remove();
  }
}
