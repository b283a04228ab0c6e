import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { whyNoNamespaces } from '../../../scripts/namespaces.ts';
import { Network } from './network.ts';

/**
 * Why these tests cannot run here; `false` if they can. Where continuous integration runs them as root, namespaces that
 * cannot be made fail the tests.
 */
export function whyNotHere(): string | false {
  if (process.env['CI'] === 'true' && process.getuid?.() === 0) return false;
  return whyNoNamespaces() ?? false;
}

/** All of the attacker's IPv6 networks, for a route to him. */
const ALL_SIX = 'fd66::/32';

/**
 * Two machines and a wire: the one that is attacked at 10.66.0.1 and fd66::1, and the one that attacks, which has
 * addresses to choose from: 10.66.0.2 to 10.66.0.40, and fd66:0:0:1::1, ::2 and fd66:0:0:2::1.
 */
export class TwoMachines {
  /** The names of their network namespaces. */
  readonly attacked: string;
  readonly attacker: string;
  readonly #network: Network;

  /** @param name is for a person who lists the namespaces while the test runs. */
  constructor(name: string) {
    const [attacked, attacker] = [`${name}-a`, `${name}-b`];
    const others = Array.from({ length: 38 }, (_, i) => `10.66.0.${i + 3}/24`);
    this.#network = Network.of({
      [attacked]: { four: ['10.66.0.1/24'], six: ['fd66::1/64'] },
      [attacker]: {
        four: ['10.66.0.2/24', ...others],
        six: ['fd66:0:0:1::1/64', 'fd66:0:0:1::2/64', 'fd66:0:0:2::1/64'],
      },
    });
    this.attacked = this.#network.host(attacked).namespace;
    this.attacker = this.#network.host(attacker).namespace;
    for (const machine of [attacked, attacker]) this.#network.route(this.#network.host(machine), ALL_SIX);
  }

  remove(): void {
    this.#network.remove();
  }

  /** What nft prints on the attacked machine. */
  nft(...args: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.attacked, 'nft', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

/** The words that run a command on one of the machines. */
export function on(machine: string): readonly string[] {
  return ['ip', 'netns', 'exec', machine];
}

/** The `/proc/…/status` of a process, or `undefined` if there is none. */
export function statusOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
}

export function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((child) => Number.isInteger(child) && statusOf(child)?.includes(`\nPPid:\t${pid}\n`) === true);
}

/** The one program of that name (the kernel's 15 characters of it) below a process. */
export function findBelow(pid: number, name: string): number | undefined {
  const pids = childrenOf(pid);
  return (
    pids.find((child) => statusOf(child)?.startsWith(`Name:\t${name}\n`)) ??
    pids.map((child) => findBelow(child, name)).find((found) => found !== undefined)
  );
}
