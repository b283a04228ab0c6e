import { LineReader } from '../control/line-reader.ts';
import { outcomeOf, transactionLength, transactionText } from './commands.ts';
import { findProgram } from './find-program.ts';
import { NftProcess, NOBODY } from './nft-process.ts';
import { isNftRules, LIST_COUNTERS, readCounters, REMOVE_TABLE, rulesetText } from './ruleset.ts';
import type { ElementChange } from './sets.ts';
import { readVerb } from './verbs.ts';

const LONGEST_LINE_BYTES = 16_384;
/** The program has at most some hundred lines under way; whoever sends more is not the program. */
const MOST_QUEUED = 4_096;
const LONGEST_END_MS = 3_000;

type Task = ElementChange | 'counters';

/** The rules of the first line, `open {…}`. */
function readOpen(line: string): string | undefined {
  if (!line.startsWith('open ')) return undefined;
  try {
    const rules: unknown = JSON.parse(line.slice(5));
    return isNftRules(rules) ? rulesetText(rules) : undefined;
  } catch {
    return undefined;
  }
}

/** Root is given up for good; nft was started before, and keeps the one right that it needs. */
function becomeNobody(): void {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

/**
 * The helper: reads verbs from its input, one a line, has nft carry them out, and answers each with one line, in
 * order. Lines that come while nft is busy go into one transaction.
 *
 * When the input ends, whatever became of the program at its other end, nft ends, and the kernel removes the table.
 */
export class NftHelper {
  readonly #write: (line: string) => void;
  readonly #lines = new LineReader(LONGEST_LINE_BYTES);
  readonly #queue: Task[] = [];
  #nft: NftProcess | undefined;
  #isReady = false;
  #isEnding = false;
  #opening: Promise<void> | undefined;
  #busy: Promise<void> | undefined;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  /** @returns false if what came is not from the program, and the helper has to end. */
  push(chunk: Uint8Array): boolean {
    return this.#lines.push(chunk)?.every((line) => this.#take(line)) ?? false;
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#queue.length = 0;
    await this.#opening;
    await this.#busy;
    await this.#nft?.end();
  }

  #take(line: string): boolean {
    if (this.#opening === undefined) {
      const ruleset = readOpen(line);
      if (ruleset === undefined) return false;
      this.#opening = this.#open(ruleset);
      return true;
    }
    const task = line === 'counters' ? line : readVerb(line);
    if (task === undefined || this.#queue.length >= MOST_QUEUED) return false;
    this.#queue.push(task);
    this.#work();
    return true;
  }

  async #open(ruleset: string): Promise<void> {
    const [setpriv, nft] = [findProgram('setpriv'), findProgram('nft')];
    if (setpriv === undefined || nft === undefined) {
      this.#write(`unavailable ${setpriv === undefined ? 'setpriv' : 'nft'} was not found`);
      return;
    }
    const isRoot = process.getuid?.() === 0;
    const started = new NftProcess(setpriv, nft, isRoot);
    if (isRoot) becomeNobody();
    this.#nft = started;
    // What a program of the same name left behind; if it still runs, this fails, and so does what follows.
    const outcome = Promise.resolve(started.run(REMOVE_TABLE)).then(() => started.run(ruleset));
    const why = await Promise.race([outcome.then((answer) => answer.complaint), started.ended]);
    if (why === '') {
      void started.ended.then(() => {
        if (!this.#isEnding) process.exit(1);
      });
      this.#isReady = true;
      this.#write('ready');
      this.#work();
    } else {
      this.#write(`unavailable ${why.split('\n', 1)[0]?.slice(0, 200)}`);
    }
  }

  #work(): void {
    if (this.#nft === undefined || !this.#isReady || this.#busy !== undefined) return;
    this.#busy = this.#drain(this.#nft).finally(() => {
      this.#busy = undefined;
    });
  }

  async #drain(nft: NftProcess): Promise<void> {
    /* eslint-disable no-await-in-loop -- nft does one thing at a time */
    for (let task = this.#queue[0]; task !== undefined; task = this.#queue[0]) {
      if (task === 'counters') {
        this.#queue.shift();
        const counters = readCounters((await nft.run(LIST_COUNTERS)).printed);
        this.#write(`counters ${JSON.stringify(counters ?? null)}`);
        continue;
      }
      const stop = this.#queue.indexOf('counters');
      const changes = this.#queue.slice(0, stop < 0 ? undefined : stop) as ElementChange[];
      const batch = changes.slice(0, transactionLength(changes));
      this.#queue.splice(0, batch.length);
      await this.#carryOut(nft, batch);
    }
    /* eslint-enable no-await-in-loop */
  }

  async #carryOut(nft: NftProcess, batch: readonly ElementChange[]): Promise<void> {
    const { complaint } = await nft.run(transactionText(batch));
    if (complaint === '' || batch.length === 1) {
      for (const _ of batch) this.#write(outcomeOf(batch, complaint));
      return;
    }
    // One of them spoilt it for all.
    for (const change of batch) await this.#carryOut(nft, [change]); // eslint-disable-line no-await-in-loop
  }
}

/** Runs the helper on this process's own input and output until the input ends. */
export function runNftHelper(): void {
  // Ctrl-C and a service manager reach every process at once; the program decides when its end has come.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.stdout.on('error', () => {}); // The other end is gone, and the input ends too.
  const helper = new NftHelper((line) => process.stdout.write(`${line}\n`));
  const end = (code: number): void => {
    process.stdin.removeAllListeners('data');
    // An nft that hangs ends with the pipe to it.
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    void helper.end().finally(() => process.exit(code));
  };
  process.stdin.on('data', (chunk: Buffer) => {
    if (!helper.push(chunk)) end(2);
  });
  process.stdin.once('end', () => end(0));
  process.stdin.once('error', () => end(0));
}
