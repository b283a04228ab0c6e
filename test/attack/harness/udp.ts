import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { on, type TwoMachines } from './namespaces.ts';

/** Binds `address` and `port` if that was not done, and sends `text` from there, `count` times. */
export interface AgentOrder {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly to: string;
  readonly toPort: number;
  readonly text: string;
  readonly count: number;
  /** Between one datagram and the next, at least. */
  readonly gapMs: number;
}

export type AgentReport =
  | { readonly heard: string; readonly from: string; readonly at: number }
  | { readonly done: number; readonly times: readonly number[] };

const AGENT = fileURLToPath(new URL('udp-agent.ts', import.meta.url));
export const SIP_PORT = 5_060;
/**
 * Never limited and never banned: what they send shows that all that was sent before has come or will not. One for each
 * IP version, because the sockets of the two are read one after the other.
 */
export const FENCES = [
  { address: '10.66.0.2', port: 9_999 },
  { address: 'fd66:0:0:2::1', port: 9_999 },
] as const;

/** A program on one of the machines that sends and hears. */
class UdpAgent {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (times: readonly number[]) => void>();
  readonly #onHeard: (text: string, from: string) => void;
  readonly ready: Promise<unknown>;
  #orders = 0;

  constructor(machine: string, onHeard: (text: string, from: string) => void) {
    this.#onHeard = onHeard;
    const [command, ...args] = [...on(machine), process.execPath, AGENT];
    this.#child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.ready = new Promise((resolve) => this.#waiting.set(0, resolve));
    this.#child.on('message', (message) => {
      const report = message as AgentReport;
      if ('heard' in report) this.#onHeard(report.heard, report.from);
      else this.#waiting.get(report.done)?.(report.times);
    });
  }

  /** @returns when each was sent, on the clock of `process.hrtime`. */
  send(order: Omit<AgentOrder, 'id'>): Promise<readonly number[]> {
    const id = ++this.#orders;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ ...order, id });
    });
  }

  end(): void {
    this.#child.disconnect();
  }
}

/** A SIP port on the attacked machine that only hears, and somebody on the other machine who sends to it. */
export class Wire {
  readonly #listener: UdpAgent;
  readonly #sender: UdpAgent;
  readonly heard: { readonly text: string; readonly from: string }[] = [];
  onHeard: (text: string) => void = () => {};
  #sent = 0;

  static async open(machines: TwoMachines): Promise<Wire> {
    const wire = new Wire(machines);
    await Promise.all([wire.#listener.ready, wire.#sender.ready]);
    // A datagram to nobody binds the port.
    for (const address of ['10.66.0.1', 'fd66::1']) {
      const order = { address, port: SIP_PORT, to: address, toPort: 9, text: '', count: 1, gapMs: 0 };
      await wire.#listener.send(order); // eslint-disable-line no-await-in-loop
    }
    return wire;
  }

  private constructor(machines: TwoMachines) {
    this.#listener = new UdpAgent(machines.attacked, (text, from) => {
      this.heard.push({ text, from });
      this.onHeard(text);
    });
    this.#sender = new UdpAgent(machines.attacker, () => {});
  }

  /** How many of `count` datagrams from this address and port arrive, which begin with `beginning`. */
  async arrivals(address: string, port = 5_060, count = 1, beginning = ''): Promise<number> {
    const text = `${beginning}packet ${++this.#sent}`;
    await this.send(address, port, text, count);
    await this.fence();
    return this.heard.filter((packet) => packet.text === text || packet.text.startsWith(`${text} `)).length;
  }

  send(address: string, port: number, text: string, count: number, gapMs = 0): Promise<readonly number[]> {
    const to = address.includes(':') ? 'fd66::1' : '10.66.0.1';
    return this.#sender.send({ address, port, to, toPort: SIP_PORT, text, count, gapMs });
  }

  /** Resolves when all that was sent before has arrived or has been dropped. */
  async fence(): Promise<void> {
    const missing = new Set(FENCES.map(() => `fence ${++this.#sent}`));
    const texts = [...missing];
    const arrived = new Promise<void>((resolve) => {
      this.onHeard = (heard) => {
        if (missing.delete(heard) && missing.size === 0) resolve();
      };
    });
    await Promise.all(FENCES.map(({ address, port }, i) => this.send(address, port, texts[i] ?? '', 1)));
    await arrived;
  }

  close(): void {
    this.#listener.end();
    this.#sender.end();
  }
}
