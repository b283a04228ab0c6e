import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ControlClient, connectControl } from '@ringwall/net';
import { openOffline } from '@ringwall/server';
import { freePorts } from './ports.ts';
import { eventually, Program } from './process.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COMMAND = join(ROOT, 'packages/cli/bin/ringwall.js');
const ADDRESS = '127.0.0.1';
/** Far more than it needs, for machines that have other things to do. */
const READY_MS = 45_000;
/** For tests with a handful of calls. */
const MEDIA_PAIRS = 20;

/** What a person would type into a phone. */
export interface Account {
  readonly number: string;
  readonly authId: string;
  readonly password: string;
}

export interface RingwallOptions {
  /** Settings as environment variables, over those that a test needs (ports on 127.0.0.1, a folder of its own). */
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command, such as `taskset -c 0`. */
  readonly prefix?: readonly string[];
  /** Extensions that are there before it starts: the quick way to many. See {@link Ringwall.accounts}. */
  readonly extensions?: readonly string[];
  /** May it use the kernel's packet filter? Only where the network is the test's own. */
  readonly kernel?: boolean;
  /** Media ports, `first-last`; else a few that are free. A pair rests for half a minute after each call. */
  readonly mediaPorts?: string;
}

/** The program as a person starts it, with a data folder of its own that goes when it stops. */
export class Ringwall {
  readonly address = ADDRESS;
  /** UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  readonly folder: string;
  /** Of the extensions that were there before the start. */
  readonly accounts: readonly Account[];
  #program: Program;
  readonly #prefix: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  #control: ControlClient | undefined;
  readonly #beforeStop: (() => Promise<void>)[] = [];

  static async start(options: RingwallOptions = {}): Promise<Ringwall> {
    const port = await freePorts(2);
    const media = options.mediaPorts ?? (await freeMediaPorts());
    const folder = mkdtempSync(join(tmpdir(), 'ringwall-'));
    const listeners = [`udp:${ADDRESS}:${port}`, `tcp:${ADDRESS}:${port}`, `tls:${ADDRESS}:${port + 1}`];
    const env = {
      RINGWALL_STORAGE_DIRECTORY: folder,
      RINGWALL_SIP_LISTENERS: listeners.join(','),
      RINGWALL_MEDIA_PORTS: media,
      RINGWALL_METRICS_ADDRESS: 'off',
      // The packet filter of this machine is nobody's to test with.
      ...(options.kernel ? {} : { RINGWALL_GUARD_KERNEL: 'off' }),
      ...options.env,
    };
    const accounts = await addStopped(folder, env, options.extensions ?? []);
    const ringwall = new Ringwall(options.prefix ?? [], folder, port, env, accounts);
    try {
      await ringwall.#ready();
    } catch (error) {
      await ringwall.stop();
      throw error;
    }
    return ringwall;
  }

  private constructor(
    prefix: readonly string[],
    folder: string,
    port: number,
    env: Readonly<Record<string, string>>,
    accounts: readonly Account[],
  ) {
    this.folder = folder;
    this.port = port;
    this.tlsPort = port + 1;
    this.accounts = accounts;
    this.#env = env;
    this.#prefix = prefix;
    this.#program = this.#spawn();
  }

  #spawn(): Program {
    const [command, ...args] = [...this.#prefix, process.execPath, COMMAND, 'start'];
    return new Program(command, args, { cwd: this.folder, env: this.#env });
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Everything that it wrote to its terminal or log. */
  get said(): string {
    return this.#program.said;
  }

  /** The certificate that it made for itself, in PEM, for phones that want to check it. */
  get certificateFile(): string {
    return join(this.folder, 'self-signed.pem');
  }

  /** Runs a command of the command line with `--json` and gives back what it answers. */
  async command(...args: readonly string[]): Promise<unknown> {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [COMMAND, '--json', ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.#env },
      timeout: 20_000,
    });
    return JSON.parse(stdout) as unknown;
  }

  /** Adds an extension as a person does. */
  async addByCommand(number: string, ...options: readonly string[]): Promise<Account> {
    return accountOf(await this.command('extension', 'add', number, ...options));
  }

  /** The same over the control socket, where a test is about something else and should not take long. */
  async addExtension(number: string): Promise<Account> {
    return accountOf(await this.ask('extension.add', { number }));
  }

  /** One request over the control socket. Throws what it refuses. */
  async ask(request: string, body: object): Promise<unknown> {
    if (this.#control === undefined) {
      const connected = await connectControl(join(this.folder, 'control.sock'));
      if (!connected.ok) throw new Error(connected.error.text);
      this.#control = connected.value;
    }
    const answer = await this.#control.request({ request, with: body });
    if (!answer.ok) throw new Error(`${request}: ${answer.error.code} ${answer.error.text}`);
    return answer.value;
  }

  /** Phones sign off when they end, and wait for an answer: what is given here is ended while the program still runs. */
  beforeStop(end: () => Promise<void>): void {
    this.#beforeStop.push(end);
  }

  /** Ends it by this signal, and starts it again with the same folder and ports. */
  async restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#control?.close();
    this.#control = undefined;
    await this.#program.end(signal);
    this.#program = this.#spawn();
    await this.#ready();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#beforeStop.map((end) => end()));
    this.#control?.close();
    await this.#program.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ready is when it answers on its control socket: by then it listens. */
  async #ready(): Promise<void> {
    await eventually(
      async () => {
        if (!this.#program.running) throw new Error('it ended');
        return this.ask('status', {}).catch(() => undefined);
      },
      'ringwall is ready',
      READY_MS,
    ).catch((error: unknown) => {
      throw new Error(`ringwall did not start; it said:\n${this.said.slice(-3_000)}`, { cause: error });
    });
  }
}

/** Adds extensions as the command line does while the program is stopped. */
async function addStopped(
  folder: string,
  env: Readonly<Record<string, string>>,
  numbers: readonly string[],
): Promise<readonly Account[]> {
  if (numbers.length === 0) return [];
  const opened = await openOffline({
    place: { config: undefined, env, cwd: folder },
    version: 'test',
    make: true,
  });
  if (!opened.ok) throw new Error(opened.error.map((error) => error.text).join('; '));
  const accounts: Account[] = [];
  for (const number of numbers) {
    const added = await opened.value.handle('extension.add', { number });
    if (!added.ok) throw new Error(added.error.text);
    accounts.push(accountOf(added.value));
  }
  await opened.value.close();
  return accounts;
}

async function freeMediaPorts(): Promise<string> {
  const first = await freePorts(2 * MEDIA_PAIRS);
  return `${first}-${first + 2 * MEDIA_PAIRS - 1}`;
}

function accountOf(added: unknown): Account {
  const { phone } = added as { readonly phone: Account };
  return { number: phone.number, authId: phone.authId, password: phone.password };
}
