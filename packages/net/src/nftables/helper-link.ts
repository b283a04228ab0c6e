import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '@ringwall/base';
import { LineReader } from '../control/line-reader.ts';
import type { NftRules } from './ruleset.ts';

const HELPER = fileURLToPath(new URL('../../bin/ringwall-nft.ts', import.meta.url));
const LONGEST_ANSWER_BYTES = 4_096;
/** Starting Node and nft takes a third of a second; a transaction, some milliseconds. */
const PATIENCE_MS = 15_000;
const LONGEST_END_MS = 5_000;

/** Called with the answer to a verb. */
export type OnAnswer = (answer: string) => void;

export interface LinkOptions {
  readonly rules: NftRules;
  /** The words of a command to put before the helper's own, such as `sudo -n`. */
  readonly launcher: readonly string[];
  /** Some answers came, and their `OnAnswer`s were called: there is room for more verbs. */
  readonly onRoom: () => void;
  /** The helper is gone, with why. Also called after {@link HelperLink.end}; not if it never got ready. */
  readonly onEnded: (why: string) => void;
}

/** The program's end of the pipes to a helper process. */
export class HelperLink {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #options: LinkOptions;
  readonly #underWay: OnAnswer[] = [];
  readonly #lines = new LineReader(LONGEST_ANSWER_BYTES);
  /** Resolves when the helper is gone, with why. */
  readonly ended: Promise<string>;
  #watchdog: NodeJS.Timeout | undefined;
  #said = '';

  /** @returns the link when the rules are in the kernel, or why they are not. */
  static async open(options: LinkOptions): Promise<Result<HelperLink, string>> {
    const link = new HelperLink(options);
    const opened = new Promise<string>((resolve) => {
      link.#underWay.push(resolve);
      link.#write([`open ${JSON.stringify(options.rules)}`]);
    });
    const answer = await Promise.race([opened, link.ended]);
    if (answer === 'ready') {
      void link.ended.then(options.onEnded);
      return ok(link);
    }
    await link.end();
    return err(answer.replace(/^unavailable /, ''));
  }

  private constructor(options: LinkOptions) {
    this.#options = options;
    const [command, ...args] = [...options.launcher, process.execPath];
    this.#child = spawn(command ?? process.execPath, [...args, HELPER], {
      env: {},
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      // A session of its own: Ctrl-C at a terminal is for the program, which then ends the helper.
      detached: true,
    });
    this.#child.stdin.on('error', () => {}); // It is gone, and `ended` says so.
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-1_024);
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(error.message));
      this.#child.on('close', (code, signal) => {
        const said = this.#said.trim().split('\n').at(-1) ?? '';
        resolve(said === '' ? `the helper ended with ${signal ?? code}` : said.slice(0, 200));
      });
    });
    void this.ended.then(() => clearTimeout(this.#watchdog));
  }

  /** Verbs that were sent and not answered. */
  get underWay(): number {
    return this.#underWay.length;
  }

  send(verbs: readonly string[], onAnswer: OnAnswer): void {
    for (const _ of verbs) this.#underWay.push(onAnswer);
    this.#write(verbs);
  }

  /** Takes everything out of the kernel; resolves when it is gone. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), LONGEST_END_MS);
    await this.ended;
    clearTimeout(kill);
  }

  #write(lines: readonly string[]): void {
    this.#child.stdin.write(`${lines.join('\n')}\n`);
    this.#watch();
  }

  /** A helper that owes an answer for too long is ended. */
  #watch(): void {
    clearTimeout(this.#watchdog);
    if (this.#underWay.length === 0) return;
    this.#watchdog = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    this.#watchdog.unref();
  }

  #read(chunk: Buffer): void {
    const lines = this.#lines.push(chunk);
    if (lines === undefined) {
      this.#child.kill('SIGKILL');
      return;
    }
    for (const line of lines) this.#underWay.shift()?.(line);
    this.#watch();
    if (lines.length > 0) this.#options.onRoom();
  }
}
