import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { Program } from './process.ts';

const SCENARIOS = join(import.meta.dirname, '..', 'sipp');

/** One line of the CSV file that a scenario reads its `[field…]` from. */
export interface SippUser {
  readonly number: string;
  readonly authUser: string;
  readonly authPassword: string;
  /** Number to call, for scenarios that call. */
  readonly callee?: string;
}

export interface SippOptions {
  /** A file of `test/interop/sipp`, without `.xml`. */
  readonly scenario: string;
  readonly transport?: 'udp' | 'tcp';
  /** How many calls (or registrations) it makes or takes; then it ends. */
  readonly calls?: number;
  readonly callsPerSecond?: number;
  /** The server; not for a scenario that only waits. */
  readonly remotePort?: number;
  readonly users?: readonly SippUser[];
  /** The port to speak from, to answer where another instance has registered; else a free one. */
  readonly localPort?: number;
  /** Whole run; after that it fails. */
  readonly limitSeconds?: number;
  /** For one message. */
  readonly waitSeconds?: number;
  /** Take every repeated message for a new one, and repeat nothing. */
  readonly seesRetransmissions?: boolean;
}

export interface SippResult {
  readonly successful: number;
  readonly failed: number;
  readonly retransmissions: number;
}

/** One run of SIPp, with its files in a folder of its own. */
export class Sipp {
  readonly localPort: number;
  readonly #scenario: string;
  readonly #folder: string;
  readonly #program: Program;
  readonly #limitSeconds: number;

  static async start(options: SippOptions): Promise<Sipp> {
    const localPort = options.localPort ?? (await freePorts(1));
    // Pairs for audio and for video, whether the scenario has media or not, and some to spare.
    const mediaPort = await freePorts(8);
    return new Sipp(options, localPort, mediaPort);
  }

  /** Runs a scenario to its end and fails, with what SIPp says of it, unless every call succeeded. */
  static async run(options: SippOptions): Promise<SippResult> {
    const run = await Sipp.start(options);
    return run.succeed();
  }

  private constructor(options: SippOptions, localPort: number, mediaPort: number) {
    this.localPort = localPort;
    this.#scenario = options.scenario;
    this.#limitSeconds = options.limitSeconds ?? 20;
    this.#folder = mkdtempSync(join(tmpdir(), 'sipp-'));
    if (options.users !== undefined) writeFileSync(join(this.#folder, 'users.csv'), usersFile(options.users));
    const calls = options.calls ?? options.users?.length ?? 1;
    const args = [
      ...(options.remotePort === undefined ? [] : [`127.0.0.1:${options.remotePort}`]),
      ...['-sf', join(SCENARIOS, `${options.scenario}.xml`)],
      ...['-i', '127.0.0.1', '-mi', '127.0.0.1', '-p', `${localPort}`, '-mp', `${mediaPort}`],
      ...['-t', options.transport === 'tcp' ? 't1' : 'u1'],
      ...['-m', `${calls}`, '-r', `${options.callsPerSecond ?? 10}`, '-l', '2000'],
      ...(options.users === undefined ? [] : ['-inf', join(this.#folder, 'users.csv')]),
      ...(options.seesRetransmissions === true ? ['-nr'] : []),
      ...[
        '-timeout',
        `${this.#limitSeconds}s`,
        '-timeout_error',
        '-recv_timeout',
        `${(options.waitSeconds ?? 8) * 1_000}`,
      ],
      ...['-trace_err', '-error_file', join(this.#folder, 'errors.log')],
      ...['-trace_stat', '-stf', join(this.#folder, 'counts.csv'), '-fd', '1'],
      ...digestUri(options),
      '-nostdin',
    ];
    this.#program = new Program('sipp', args, { cwd: this.#folder, env: { TERM: 'dumb' } });
  }

  /** Waits for its end; fails unless it ended well and counted no failed call. */
  async succeed(): Promise<SippResult> {
    const code = await this.#program.exitCode((this.#limitSeconds + 5) * 1_000);
    const result = this.#counts();
    const errors = this.#read('errors.log').slice(0, 3_000);
    this.#tidy();
    if (code !== 0 || result.failed > 0 || result.successful === 0) {
      const counts = `${result.successful} successful, ${result.failed} failed`;
      const said = errors === '' ? this.#program.said.slice(-1_500) : errors;
      throw new Error(`sipp ${this.#scenario}: exit code ${code}, ${counts}\n${said}`);
    }
    return result;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    this.#tidy();
  }

  #tidy(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #read(name: string): string {
    try {
      return readFileSync(join(this.#folder, name), 'latin1');
    } catch {
      return '';
    }
  }

  /** The cumulative columns of the last line of its statistics. */
  #counts(): SippResult {
    const [head = '', ...lines] = this.#read('counts.csv').trim().split('\n');
    const names = head.split(';');
    const values = lines.at(-1)?.split(';') ?? [];
    const count = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
    return {
      successful: count('SuccessfulCall(C)'),
      failed: count('FailedCall(C)'),
      retransmissions: count('Retransmissions(C)'),
    };
  }
}

/**
 * SIPp proves its password for the address of the server unless told otherwise, and Ringwall takes a proof only for
 * the request that it came with (RFC 7616 3.4.6): so all users of one run call the same callee.
 */
function digestUri({ users = [], remotePort }: SippOptions): readonly string[] {
  const callee = users[0]?.callee ?? '';
  return callee === '' ? [] : ['-auth_uri', `${callee}@127.0.0.1:${remotePort}`];
}

function usersFile(users: readonly SippUser[]): string {
  const lines = users.map(
    ({ number, authUser, authPassword, callee = '' }) =>
      `${number};[authentication username=${authUser} password=${authPassword}];${callee}`,
  );
  return `SEQUENTIAL\n${lines.join('\n')}\n`;
}
