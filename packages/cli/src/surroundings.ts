import type { Result } from '@ringwall/base';
import type { Administration, AdminError } from '@ringwall/contract';

/** A stream of text: the terminal, a file, or a test's memory. */
export interface Output {
  write(text: string): void;
  /** Fulfilled when what was written has gone on its way; left out: it goes at once. */
  written?(): Promise<void>;
  readonly isTty: boolean;
  /** Of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

/** Why something was not done: one error at least. The settings may have several. */
export type Refusal = readonly AdminError[];

/** An administration that was opened for one command, and must be closed after it. */
export interface Session extends Administration {
  close(): Promise<void>;
}

/** The options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
  /** Of commands that change something: also if policy tests fail over it. */
  readonly force?: boolean;
}

/** How the command line gets at what it administers. */
export interface Connector {
  /** Opens the running program, or says `NOT_RUNNING`. */
  running(options: GlobalOptions): Promise<Result<Session, Refusal>>;
  /**
   * Opens the data directory of a program that does not run.
   *
   * @param create make a data directory where there is none; otherwise that is `STORE_MISSING`.
   */
  stopped(options: GlobalOptions, create: boolean): Promise<Result<Session, Refusal>>;
  /** Runs the program until it is stopped. @returns the exit code. */
  start(options: GlobalOptions): Promise<Result<number, Refusal>>;
}

/** Everything outside of the command line that it touches; a test hands in its own. */
export interface Surroundings {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly connector: Connector;
  /** A text file, whole; `FILE_UNREADABLE` if it is none. Never rejects. */
  readText(file: string): Promise<Result<string, AdminError>>;
  /** Asks whoever sits at the terminal. False: no, or there is nobody. */
  confirm(question: string): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
  /** Aborted when the person presses Ctrl-C. */
  interrupted(): AbortSignal;
}
