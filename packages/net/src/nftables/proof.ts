import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parseIp } from '@ringwall/base';
import type { NftEnforcer } from './nft-enforcer.ts';

/** What drops a packet from a banned address: the kernel, the program after it read it, or nobody. */
export type ProvenBy = 'kernel' | 'socket' | 'nobody';

export interface ProofOptions {
  readonly enforcer: Pick<NftEnforcer, 'enforce' | 'lift' | 'counters'>;
  /** An address and port of ours on which SIP is heard over UDP; IPv4. */
  readonly target: { readonly address: string; readonly port: number };
  /** Bans an address by the program's own rules, or lifts that. */
  readonly banInProgram: (address: string, isBanned: boolean) => void;
  /** Datagrams from that address that the program has refused so far, because it is banned. */
  readonly refusedInProgram: (address: string) => number;
  /** A number below 65,536: which of the proving addresses to use. */
  readonly pick: number;
  /** How long a packet may take through this machine. */
  readonly patienceMs?: number;
}

/** No message and no keep-alive: a program that lets it pass answers nothing. */
const PACKET = Buffer.from('ringwall proves its own guard\r\n\r\n');
const LOOK_EVERY_MS = 5;
const PATIENCE_MS = 1_000;
const BANNED_SECONDS = 30;

/**
 * Shows who drops, by a packet: bans an address that only this machine can send from, sends a datagram from it to our
 * own SIP port, and looks who counted it. The way is that of every packet, since what a machine sends to itself passes
 * the same chain. Afterwards the ban is lifted.
 */
export async function proveEnforcement(options: ProofOptions): Promise<ProvenBy> {
  const { enforcer, target } = options;
  const address = `127.66.${(options.pick >> 8) & 0xff}.${options.pick & 0xff}`;
  const ip = parseIp(address);
  if (ip === undefined) return 'nobody';
  const ban = { kind: 'ban', network: { ...ip, prefixLength: 32 }, seconds: BANNED_SECONDS } as const;
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // What could not be sent is dropped by nobody.
  try {
    const listening = once(socket, 'listening');
    socket.bind(0, address);
    await listening;
    options.banInProgram(address, true);
    enforcer.enforce(ban);
    // Answered when the ban is in the kernel.
    const before = { kernel: await enforcer.counters(), program: options.refusedInProgram(address) };
    socket.send(PACKET, target.port, target.address);
    const deadline = performance.now() + (options.patienceMs ?? PATIENCE_MS);
    /* eslint-disable no-await-in-loop -- it looks again and again */
    while (performance.now() < deadline) {
      if (options.refusedInProgram(address) > before.program) return 'socket';
      const now = await enforcer.counters();
      if (now !== undefined && now.proof > (before.kernel?.proof ?? now.proof)) return 'kernel';
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_EVERY_MS);
      });
    }
    /* eslint-enable no-await-in-loop */
    return 'nobody';
  } finally {
    socket.close();
    enforcer.lift(ban);
    options.banInProgram(address, false);
  }
}
