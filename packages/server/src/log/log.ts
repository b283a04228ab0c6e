import { isatty } from 'node:tty';
import {
  destination,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdTimeFunctions,
} from 'pino';
import { Pieces } from './pieces.ts';
import { Secret } from './secret.ts';
import { terminalLine } from './terminal.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export interface LogOptions {
  readonly level: LogLevel;
  /** One JSON object a line, or text for people; auto: text if a terminal reads it. */
  readonly format: 'auto' | 'json' | 'text';
  /** Takes the lines in place of standard output. */
  readonly write?: (line: string) => void;
}

/** Lines that wait for a slow reader; past that they are dropped and counted. */
const WAITING_BYTES = 4 * 1024 * 1024;

/** Names under which a secret might slip into a line by mistake. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'password',
  'authPassword',
  'voicemailPin',
  'ha1',
  'sealedHa1',
  'key',
  'keySalt',
  'secret',
  'authorization',
]);
const HIDDEN = '[secret]';

const OPTIONS: LoggerOptions = {
  base: null,
  timestamp: stdTimeFunctions.isoTime,
  formatters: {
    level: (level) => ({ level }),
    log: hideSecrets,
  },
};

/**
 * The log of the program: one line an event, on standard output.
 *
 * Each part of the program has a logger of its own, named in every line; all of them obey one level, which may be
 * changed while the program runs.
 */
export class Log {
  readonly #root: Logger;
  readonly #parts = new Map<string, Logger>();
  readonly #flush: () => void;
  #dropped = 0;
  #failed = 0;

  constructor(options: LogOptions) {
    const forPeople = options.format === 'text' || (options.format === 'auto' && isatty(1));
    const { write, flush } = this.#output(options.write, forPeople);
    this.#flush = flush;
    this.#root = pino({ ...OPTIONS, level: options.level }, write);
  }

  /** Lines that were lost because nobody read the log fast enough. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Times that the system would not take a line: a full disk, for one. */
  get failed(): number {
    return this.#failed;
  }

  /** The logger of one part; the same one for the same name. */
  part(name: string): Logger {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    const logger = this.#root.child({ part: name });
    this.#parts.set(name, logger);
    return logger;
  }

  setLevel(level: LogLevel): void {
    this.#root.level = level;
    for (const logger of this.#parts.values()) logger.level = level;
  }

  /** Waits until every line is with the system: before the end of the process. */
  flush(): void {
    this.#flush();
  }

  #output(
    write: LogOptions['write'],
    forPeople: boolean,
  ): { readonly write: DestinationStream; readonly flush: () => void } {
    const colours = forPeople && isatty(1) && (process.env['NO_COLOR'] ?? '') === '';
    const shaped = (line: string): string => (forPeople ? terminalLine(line, colours) : line);
    if (write !== undefined) return { write: { write: (line) => write(shaped(line)) }, flush: () => {} };
    // People read at once what was written; a program that reads slowly must not hold up a call.
    const out = destination({ dest: 1, sync: forPeople, maxLength: WAITING_BYTES });
    out.on('drop', (piece: string) => (this.#dropped += piece.split('\n').length - 1));
    out.on('error', () => this.#failed++); // A log that cannot be written must not end the program.
    const pieces = new Pieces((piece) => void out.write(piece));
    return {
      write: forPeople ? { write: (line) => void out.write(shaped(line)) } : pieces,
      flush: () => {
        try {
          pieces.flush();
          out.flushSync();
        } catch {
          this.#failed++; // Nobody is left to be told.
        }
      },
    };
  }
}

/**
 * Hides what is a {@link Secret}, which refuses to become JSON, and what has a telling name, here or one level below.
 * pino's own `redact` would do the latter at a third of the cost of a line: it copies the line and walks every path.
 */
function hideSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  let shown = fields;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const isSecret = SECRET_NAMES.has(name) || value instanceof Secret;
    const safe = isSecret ? HIDDEN : hideNamed(value);
    if (safe === value) continue;
    if (shown === fields) shown = { ...fields };
    shown[name] = safe;
  }
  return shown;
}

function hideNamed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Object.keys(value).some((name) => SECRET_NAMES.has(name))) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, item]) => [name, SECRET_NAMES.has(name) ? HIDDEN : item]));
}
