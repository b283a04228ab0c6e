import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ADMIN_RIGHTS = (1n << 12n) | (1n << 21n);

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/**
 * Why these tests cannot run here; `false` if they can. They need network namespaces, which need root with CAP_NET_ADMIN
 * and CAP_SYS_ADMIN. Where continuous integration has those, namespaces that fail all the same fail the tests.
 */
export function whyNotHere(): string | false {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  if ((BigInt(`0x${effective}`) & ADMIN_RIGHTS) !== ADMIN_RIGHTS)
    return 'network namespaces need root with CAP_NET_ADMIN and CAP_SYS_ADMIN';
  if (process.env['CI'] === 'true') return false;
  const name = `ringwall-try-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'network namespaces are not allowed here';
  ip('netns', 'del', name);
  return false;
}

/**
 * Two machines and a wire: the one that is attacked at 10.66.0.1 and fd66::1, and the one that attacks, which has
 * addresses to choose from: 10.66.0.2 to 10.66.0.40, and fd66:0:0:1::1, ::2 and fd66:0:0:2::1.
 */
export class TwoMachines {
  readonly attacked: string;
  readonly attacker: string;

  constructor(name: string) {
    this.attacked = `rw-${process.pid}-${name}-a`;
    this.attacker = `rw-${process.pid}-${name}-b`;
    ip('netns', 'add', this.attacked);
    ip('netns', 'add', this.attacker);
    try {
      this.#join();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  #join(): void {
    ip(
      '-n',
      this.attacked,
      'link',
      'add',
      'wire',
      'type',
      'veth',
      'peer',
      'name',
      'wire',
      'netns',
      this.attacker,
    );
    const [inside, outside] = [this.attacked, this.attacker];
    for (const machine of [inside, outside]) {
      ip('-n', machine, 'link', 'set', 'lo', 'up');
      ip('-n', machine, 'link', 'set', 'wire', 'up');
    }
    const v6 = ['fd66:0:0:1::1/64', 'fd66:0:0:1::2/64', 'fd66:0:0:2::1/64'];
    const v4 = Array.from({ length: 39 }, (_, i) => `10.66.0.${i + 2}/24`);
    ip('-n', inside, 'addr', 'add', '10.66.0.1/24', 'dev', 'wire');
    ip('-n', inside, 'addr', 'add', 'fd66::1/64', 'dev', 'wire', 'nodad');
    ip('-n', inside, '-6', 'route', 'add', 'fd66::/32', 'dev', 'wire');
    for (const address of v4) ip('-n', outside, 'addr', 'add', address, 'dev', 'wire');
    for (const address of v6) ip('-n', outside, 'addr', 'add', address, 'dev', 'wire', 'nodad');
    ip('-n', outside, '-6', 'route', 'add', 'fd66::/32', 'dev', 'wire');
  }

  remove(): void {
    for (const machine of [this.attacked, this.attacker]) spawnSync('ip', ['netns', 'del', machine]);
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
