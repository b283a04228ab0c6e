import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, MonotonicMs, Random, WallMs } from '@ringwall/base';
import { type ControlClient, connectControl } from '@ringwall/net';
import type { PhoneBehaviour } from '@ringwall/phone';
import { TrialPhone } from '../../packages/cli/src/try/trial-phone.ts';
import { freePorts } from '../interop/harness/ports.ts';
import { eventually, Program } from '../interop/harness/process.ts';

export const COMMAND = join(import.meta.dirname, '../../packages/cli/bin/ringwall.js');
export const ADDRESS = '127.0.0.1';
/** A pair rests for half a minute after a call, so that a test with fifty calls needs a hundred. */
export const MEDIA_PAIRS = 100;
const LIMIT_MS = 30_000;

export interface Account {
  readonly number: string;
  readonly authId: string;
  readonly password: string;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface SiteOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command; they must replace themselves with it, as `exec` does. */
  readonly prefix?: readonly string[];
}

const clock: Clock = {
  monotonic: () => performance.now() as MonotonicMs,
  wall: () => Date.now() as WallMs,
};
const random: Random = { bytes: (count) => randomBytes(count) };

/** A place where the program can be started, killed, and started again: a data folder and ports of its own. */
export class Site {
  readonly folder: string;
  readonly port: number;
  readonly mediaPort: number;
  readonly env: Record<string, string>;
  readonly #prefix: readonly string[];
  readonly #phones: TrialPhone[] = [];
  readonly #programs: Program[] = [];
  #control: ControlClient | undefined;

  static async make({ env = {}, prefix = [] }: SiteOptions = {}): Promise<Site> {
    const port = await freePorts(4);
    return new Site(port, await freePorts(2 * MEDIA_PAIRS), env, prefix);
  }

  private constructor(
    port: number,
    media: number,
    env: Readonly<Record<string, string>>,
    prefix: readonly string[],
  ) {
    this.folder = mkdtempSync(join(tmpdir(), 'ringwall-'));
    this.port = port;
    this.mediaPort = media;
    this.#prefix = prefix;
    this.env = {
      RINGWALL_STORAGE_DIRECTORY: this.folder,
      RINGWALL_SIP_LISTENERS: `udp:${ADDRESS}:${port},tcp:${ADDRESS}:${port},tls:${ADDRESS}:${port + 1}`,
      RINGWALL_MEDIA_PORTS: `${media}-${media + 2 * MEDIA_PAIRS - 1}`,
      RINGWALL_METRICS_ADDRESS: `${ADDRESS}:${port + 2}`,
      // The packet filter of this machine is nobody's to test with.
      RINGWALL_GUARD_KERNEL: 'off',
      ...env,
    };
  }

  /** The program of the last start. */
  get program(): Program {
    const program = this.#programs.at(-1);
    if (program === undefined) throw new Error('nothing was started');
    return program;
  }

  /** Starts the program, and waits until it answers on its control socket: by then calls get in. */
  async start(): Promise<Program> {
    this.#control?.close();
    this.#control = undefined;
    const [command, ...args] = [...this.#prefix, process.execPath, COMMAND, 'start'];
    const program = new Program(command ?? '', args, { cwd: this.folder, env: this.env });
    this.#programs.push(program);
    await eventually(
      async () => {
        if (!program.running) throw new Error(`it ended:\n${program.said}`);
        return this.ask('version', {}).catch(() => undefined);
      },
      'ringwall is ready',
      LIMIT_MS,
    );
    return program;
  }

  /** Where the control socket is, as seen from here: the program may have mounts of its own. */
  get controlPath(): string {
    const seen = this.#prefix.length === 0 ? '' : `/proc/${this.program.pid}/root`;
    return `${seen}${this.env['RINGWALL_STORAGE_DIRECTORY']}/control.sock`;
  }

  /** Runs a command to its end. Never throws for what it says or ends with. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.runWith({}, ...args);
  }

  runWith(
    { env = {}, user }: { readonly env?: Readonly<Record<string, string>>; readonly user?: number },
    ...args: readonly string[]
  ): Promise<Ended> {
    return new Promise((resolve) => {
      const options = {
        cwd: '/',
        env: { ...process.env, ...this.env, ...env },
        timeout: LIMIT_MS,
        ...(user === undefined ? {} : { uid: user }),
      };
      execFile(process.execPath, [COMMAND, ...args], options, (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, out, err });
      });
    });
  }

  /** One request over the control socket. Throws what it refuses. */
  async ask(request: string, body: object): Promise<unknown> {
    if (this.#control === undefined) {
      const connected = await connectControl(this.controlPath);
      if (!connected.ok) throw new Error(connected.error.text);
      this.#control = connected.value;
    }
    const answer = await this.#control.request({ request, with: body });
    if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.text}`);
    return answer.value;
  }

  async addExtension(number: string): Promise<Account> {
    return ((await this.ask('extension.add', { number })) as { readonly phone: Account }).phone;
  }

  /** A phone on a socket of its own, not registered yet. */
  async phone(
    { number, authId, password }: Account,
    transport: 'udp' | 'tcp' | 'tls' = 'udp',
    behaviour: PhoneBehaviour = { ringAfterMs: 20, answerAfterMs: 60 },
  ): Promise<TrialPhone> {
    const port = transport === 'tls' ? this.port + 1 : this.port;
    const phone = await TrialPhone.open({
      clock,
      random,
      address: { transport, host: ADDRESS, port },
      fingerprint: transport === 'tls' ? await this.#fingerprint() : undefined,
      domain: ADDRESS,
      number,
      authId,
      password,
      behaviour,
      hz: 440,
    });
    this.#phones.push(phone);
    return phone;
  }

  async registered(...phone: Parameters<Site['phone']>): Promise<TrialPhone> {
    const opened = await this.phone(...phone);
    await register(opened);
    return opened;
  }

  /** Takes a phone off the network without a word. */
  cutOff(phone: TrialPhone): void {
    this.#phones.splice(this.#phones.indexOf(phone), 1);
    phone.close();
  }

  /** A figure of its metrics, summed over its labels; with labels, as they stand in the text, only theirs. */
  async metric(name: string, labels = ''): Promise<number> {
    const response = await fetch(`http://${ADDRESS}:${this.port + 2}/metrics`);
    const lines = (await response.text()).split('\n');
    return lines
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => line.includes(labels))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** What its last run wrote down at its end. */
  get lastStop(): string | undefined {
    const file = join(this.folder, 'last-stop.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  }

  /** Ends all that was started here, and removes the folder. */
  async close(): Promise<void> {
    this.#control?.close();
    for (const phone of this.#phones) phone.close();
    for (const program of this.#programs) await program.stop(); // eslint-disable-line no-await-in-loop
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #fingerprint(): Promise<string | undefined> {
    const status = (await this.ask('status', {})) as {
      readonly certificate: { readonly fingerprint: string };
    };
    return status.certificate.fingerprint;
  }
}

export async function register(phone: TrialPhone): Promise<void> {
  phone.say(phone.phone.register());
  const status = await eventually(() => phone.phone.registration, 'an answer to the REGISTER');
  if (status !== 200) throw new Error(`the phone was not registered: ${status}`);
}

/** Calls, and waits until both talk. */
export async function talk(caller: TrialPhone, callee: TrialPhone): Promise<void> {
  caller.say(caller.phone.dial(callee.phone.options.number));
  await eventually(
    () => (caller.call?.state === 'talking' && callee.call?.state === 'talking') || undefined,
    'both phones talk',
  ).catch(() => {
    throw new Error(`the call did not come about: ${caller.call?.state} ${caller.call?.status}`);
  });
}

export async function hangUp(phone: TrialPhone, other: TrialPhone): Promise<void> {
  phone.say(phone.phone.act(() => phone.call?.hangUp()));
  await eventually(
    () => (other.call?.state === 'ended' ? true : undefined),
    'the other side is told the end',
  );
}
