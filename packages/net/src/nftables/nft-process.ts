import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface NftAnswer {
  /** What nft complained of; empty if it carried the line out. */
  readonly complaint: string;
  readonly printed: string;
}

/**
 * nft in interactive mode prints nothing when a command succeeded. Behind each we ask for two things that it answers
 * without the kernel, one on each of its outputs, and wait for both.
 */
const PRINT_MARK = 'datatype ipv4_addr (IPv4 address) (basetype integer), 32 bits\n';
const COMPLAINT_MARK = 'ringwall_mark';
const ASK_FOR_MARKS = `describe ipv4_addr\n${COMPLAINT_MARK}\n`;
const COMPLAINT_END = /Error: syntax error[^\n]*\nringwall_mark\n[^\n]*\n$/;

const MOST_OUTPUT_CHARACTERS = 1_048_576;

/** CAP_NET_ADMIN and nothing else, for nft and whatever it might be made to run. */
const ONLY_NET_ADMIN = ['--inh-caps=-all,+net_admin', '--ambient-caps=-all,+net_admin', '--no-new-privs'];

/** The user `nobody`; what runs as it can be touched neither by it nor by the program. */
export const NOBODY = 65_534;

const AS_NOBODY = [
  `--reuid=${NOBODY}`,
  `--regid=${NOBODY}`,
  '--clear-groups',
  '--bounding-set=-all,+net_admin',
];

/** One nft that stays: a command costs it a millisecond, and a new process five. */
export class NftProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  #printed = '';
  #complaint = '';
  #answer: ((answer: NftAnswer) => void) | undefined;
  /** Resolves when it is gone, with why. */
  readonly ended: Promise<string>;

  /** @param asRoot this process is root, which nft is not to be. */
  constructor(setpriv: string, nft: string, asRoot: boolean) {
    this.#child = spawn(setpriv, [...(asRoot ? AS_NOBODY : []), ...ONLY_NET_ADMIN, '--', nft, '-i'], {
      // HOME is where it would keep a history of commands.
      env: { HOME: '/dev/null' },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => {}); // It is gone, and `ended` says so.
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk.toString('latin1')).slice(-MOST_OUTPUT_CHARACTERS);
      this.#look();
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString('latin1')).slice(-MOST_OUTPUT_CHARACTERS);
      this.#look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => {
        const said = this.#complaint.trim().split('\n', 1)[0] ?? '';
        resolve(said === '' ? `nft ended with ${signal ?? code}` : said.slice(0, 200));
      });
    });
  }

  /** Carries out one line, one at a time. Never answers if nft ends meanwhile. */
  run(line: string): Promise<NftAnswer> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#child.stdin.write(`${line}\n${ASK_FOR_MARKS}`);
    });
  }

  /** Ends it, and with it its tables. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.ended;
  }

  #look(): void {
    const answer = this.#answer;
    const end = COMPLAINT_END.exec(this.#complaint);
    if (answer === undefined || end === null || !this.#printed.endsWith(PRINT_MARK)) return;
    const found = {
      complaint: this.#complaint.slice(0, end.index),
      printed: this.#printed.slice(0, -PRINT_MARK.length),
    };
    this.#printed = '';
    this.#complaint = '';
    this.#answer = undefined;
    answer(found);
  }
}
