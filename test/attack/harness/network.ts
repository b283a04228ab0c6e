import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

/** Where `ip netns` keeps its names. */
const NAMES = '/run/netns';
const LIMIT_MS = 10_000;

/** A machine of the test: a network namespace with one interface. */
export interface Host {
  readonly namespace: string;
  /** Its addresses, the first of which it speaks from by itself. */
  readonly addresses: readonly [string, ...string[]];
  readonly address6: string;
  /** Words that run a command there. They replace themselves with it, so that its process id is that of the command. */
  readonly prefix: readonly [string, ...string[]];
}

/** Where a host is: its addresses with the length of their network, such as `10.99.0.1/24` and `fd99::1/64`. */
export interface Place {
  readonly four: readonly [string, ...string[]];
  readonly six: readonly [string, ...string[]];
}

/** A whole network whose addresses one host owns: who sends from all over the internet. */
export const EVERYWHERE = '10.98.0.0/16';

/**
 * The hosts of one test on one Ethernet, 10.99.0.0/24 and fd99::/64. `make({ pbx: [1], phones: [10, 11] })` makes
 * two; the first carries the bridge that joins them all.
 *
 * Every host believes only what is its own: it neither answers for nor speaks up for an address that another
 * interface of it has. So a host may own an address of somebody else (see {@link Network.forge}) and send in his
 * name, while the answers go to him.
 */
export class Network {
  readonly #hosts = new Map<string, Host>();
  readonly #end = (): void => this.remove();

  static make(hosts: Readonly<Record<string, readonly [number, ...number[]]>>): Network {
    const places = Object.entries(hosts).map(([name, [first, ...more]]): readonly [string, Place] => {
      const at = (number: number): string => `10.99.0.${number}/24`;
      return [name, { four: [at(first), ...more.map(at)], six: [`fd99::${first}/64`] }];
    });
    return Network.of(Object.fromEntries(places));
  }

  /** The same with addresses of the test's choice. Hosts that share no network need {@link Network.route}. */
  static of(hosts: Readonly<Record<string, Place>>): Network {
    sweep();
    return new Network(Object.entries(hosts));
  }

  private constructor(hosts: readonly (readonly [string, Place])[]) {
    process.on('exit', this.#end);
    try {
      for (const [name, place] of hosts) this.#add(name, place);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  host(name: string): Host {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`no host is called ${name}`);
    return host;
  }

  /** Lets `host` send from `address` as if it were its own; what is sent back goes to whoever really has it. */
  forge(host: Host, address: string): void {
    ip('-n', host.namespace, 'address', 'add', `${address}/32`, 'dev', 'lo');
  }

  /** Everybody in `network` is on the same Ethernet as `host`. */
  route(host: Host, network: string): void {
    ip('-n', host.namespace, 'route', 'add', network, 'dev', 'ethernet');
  }

  /** Gives all of {@link EVERYWHERE} to `host`: its programs may speak from, and listen on, any of the addresses. */
  ownEverywhere(host: Host): void {
    ip('-n', host.namespace, 'route', 'add', 'local', EVERYWHERE, 'dev', 'lo');
    for (const other of this.#hosts.values()) {
      if (other !== host) ip('-n', other.namespace, 'route', 'add', EVERYWHERE, 'via', host.addresses[0]);
    }
  }

  /**
   * IP packets that `host` ever sent and got, IPv4 and (UDP alone, for there are always neighbours to be discovered)
   * IPv6. That a scanner found nothing does not show that nothing was sent to it; this does.
   */
  packetsOf(host: Host): { readonly sent: number; readonly received: number } {
    const words = run(...host.prefix, 'cat', '/proc/net/snmp', '/proc/net/snmp6');
    const lines = words.split('\n').map((line) => line.split(/\s+/));
    const [names = [], values = []] = lines.filter(([first]) => first === 'Ip:');
    const four = (name: string): number => Number(values[names.indexOf(name)]);
    const six = (name: string): number => Number(lines.find(([first]) => first === name)?.[1]);
    return {
      sent: four('OutRequests') + six('Udp6OutDatagrams'),
      received: four('InReceives') + six('Udp6InDatagrams') + six('Udp6NoPorts'),
    };
  }

  remove(): void {
    process.off('exit', this.#end);
    for (const { namespace } of this.#hosts.values()) forget(namespace);
    this.#hosts.clear();
  }

  #add(name: string, { four, six }: Place): void {
    const namespace = `ringwall${process.pid}-${++made}-${name}`;
    const addresses = four.map(withoutLength) as [string, ...string[]];
    const address6 = withoutLength(six[0]);
    const bridge = this.#hosts.values().next().value?.namespace;
    ip('netns', 'add', namespace);
    const prefix = ['ip', 'netns', 'exec', namespace] as const;
    this.#hosts.set(name, { namespace, addresses, address6, prefix });

    const inside = (...words: readonly string[]): void => void ip('-n', namespace, ...words);
    if (bridge === undefined) {
      inside('link', 'add', 'ethernet', 'type', 'bridge');
    } else {
      const end = `to-${name}`;
      ip('-n', bridge, 'link', 'add', end, 'type', 'veth', 'peer', 'name', 'ethernet', 'netns', namespace);
      ip('-n', bridge, 'link', 'set', end, 'master', 'ethernet', 'up');
    }
    // What is sent before IPv6 has found out that nobody else has the address would be lost: `nodad`.
    const batch = [
      ...four.map((address) => `address add ${address} dev ethernet`),
      ...six.map((address) => `address add ${address} dev ethernet nodad`),
    ];
    execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: batch.join('\n'), timeout: LIMIT_MS });
    const own = ['arp_ignore=1', 'arp_announce=2', 'rp_filter=0'].map((word) => word.split('='));
    const writes = own.map(([key, value]) => `echo ${value} > /proc/sys/net/ipv4/conf/all/${key}`);
    run(...prefix, 'sh', '-ec', writes.join('; '));
    inside('link', 'set', 'lo', 'up');
    inside('link', 'set', 'ethernet', 'up');
  }
}

/** So that one process can have several networks. */
let made = 0;

function withoutLength(address: string): string {
  return address.replace(/\/.*$/, '');
}

/** Removes what a test left behind that was killed. */
function sweep(): void {
  for (const name of existsSync(NAMES) ? readdirSync(NAMES) : []) {
    const pid = /^ringwall(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) forget(name);
  }
}

function forget(namespace: string): void {
  try {
    ip('netns', 'delete', namespace);
  } catch {
    // It was not made, or somebody else has swept.
  }
}

function ip(...words: readonly string[]): string {
  return run('ip', ...words);
}

function run(...[command, ...args]: readonly [string, ...string[]]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
