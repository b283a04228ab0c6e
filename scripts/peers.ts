import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of somebody else that a suite tests or measures against. */
export interface Peer {
  readonly command: string;
  /** The Debian package that it is in. */
  readonly debian: string;
}

export const INTEROP_PEERS: readonly Peer[] = [
  { command: 'sipp', debian: 'sip-tester' },
  { command: 'baresip', debian: 'baresip-core' },
  { command: 'sipsak', debian: 'sipsak' },
  { command: 'kamailio', debian: 'kamailio' },
  // A module of it, without which the calls over TLS are left out.
  { command: 'kamailio', debian: 'kamailio-tls-modules' },
];

/** Scanners and floods, and what makes the networks that they are let loose in. */
export const ATTACK_PEERS: readonly Peer[] = [
  { command: 'nft', debian: 'nftables' },
  { command: 'ip', debian: 'iproute2' },
  { command: 'svmap', debian: 'sipvicious' },
  { command: 'sipp', debian: 'sip-tester' },
  { command: 'sipsak', debian: 'sipsak' },
];

export const BENCH_PEERS: readonly Peer[] = [
  { command: 'kamailio', debian: 'kamailio' },
  { command: 'rtpengine', debian: 'rtpengine-daemon' },
];

/** Is a program of that name on the path, or where Debian puts daemons? */
export function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

export function missingPeers(peers: readonly Peer[]): readonly Peer[] {
  return peers.filter((peer) => !isInstalled(peer.command));
}

/** The words before `apt-get` that make it allowed, or why it is not. */
function howToInstall(): { readonly prefix: readonly string[] } | { readonly why: string } {
  if (!isInstalled('apt-get')) return { why: 'this system has no apt-get' };
  if (process.getuid?.() === 0) return { prefix: [] };
  if (isInstalled('sudo') && spawnSync('sudo', ['-n', 'true']).status === 0)
    return { prefix: ['sudo', '-n'] };
  return { why: 'installing needs root, or sudo without a password' };
}

/**
 * Installs what is missing with apt-get, where that is allowed. Tries the package lists that are there first and
 * fetches new ones only when that fails.
 *
 * @returns what is still missing, and why; an empty list when everything is there.
 */
export function installPeers(
  peers: readonly Peer[],
  allowed: boolean,
): {
  readonly missing: readonly Peer[];
  readonly why: string;
} {
  const missing = missingPeers(peers);
  if (missing.length === 0) return { missing, why: '' };
  const how = allowed ? howToInstall() : { why: 'installing was not wanted' };
  if ('why' in how) return { missing, why: how.why };

  // RUNLEVEL=1 keeps Debian from starting the daemons that a package brings: we start our own, on our own ports.
  const apt = (...args: readonly string[]): boolean => {
    const [command = 'apt-get', ...rest] = [
      ...how.prefix,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'RUNLEVEL=1',
      'apt-get',
      '-qq',
      ...args,
    ];
    try {
      execFileSync(command, rest, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 180_000 });
      return true;
    } catch {
      return false;
    }
  };
  const names = missing.map((peer) => peer.debian);
  console.log(`installing ${names.join(' ')} …`);
  const install = ['install', '-y', '--no-install-recommends', ...names];
  const installed = apt(...install) || (apt('update') && apt(...install));
  return { missing: missingPeers(peers), why: installed ? '' : 'apt-get could not install it' };
}
