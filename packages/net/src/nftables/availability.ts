import { readFileSync } from 'node:fs';
import { findProgram } from './find-program.ts';

const CAP_NET_ADMIN = 12n;

/** What the system says about this process, from `/proc/self/status`. */
export interface Rights {
  readonly isRoot: boolean;
  readonly processStatus: string;
}

function hasNetAdmin(status: string, set: 'CapEff' | 'CapAmb'): boolean {
  const mask = new RegExp(`^${set}:\\s*([0-9a-f]{1,16})$`, 'm').exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> CAP_NET_ADMIN) & 1n) === 1n;
}

/**
 * Root hands its rights on to the programs that it starts; anybody else hands on only what is ambient
 * (capabilities(7)).
 */
export function mayFilter({ isRoot, processStatus }: Rights): boolean {
  return hasNetAdmin(processStatus, isRoot ? 'CapEff' : 'CapAmb');
}

/**
 * Why the kernel cannot be made to drop packets here, as a sentence; `undefined` if trying is worth it.
 *
 * @param launched the helper is started by another program (sudo), whose rights count instead of ours.
 */
export function whyUnavailable(launched: boolean): string | undefined {
  for (const [program, debian] of [
    ['nft', 'nftables'],
    ['setpriv', 'util-linux'],
  ] as const) {
    if (findProgram(program) === undefined)
      return `The program ${program} is not installed (Debian: ${debian}), so the kernel drops nothing for Ringwall.`;
  }
  if (launched) return undefined;
  const rights = { isRoot: process.getuid?.() === 0, processStatus: readStatus() };
  if (mayFilter(rights)) return undefined;
  return (
    'This process may not change the packet filter, so the kernel drops nothing for Ringwall. ' +
    'Give it the capability CAP_NET_ADMIN (systemd: AmbientCapabilities=CAP_NET_ADMIN), or let sudo start the helper.'
  );
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return ''; // Not Linux, or no /proc: no right that we know of.
  }
}
