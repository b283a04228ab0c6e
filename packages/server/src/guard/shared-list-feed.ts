import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result, WallMs } from '@ringwall/base';
import { type GuardState, readSharedList, setSharedList, type SharedList } from '@ringwall/policy';
import type { OutwardAnswer, OutwardRequest } from '../notify/outward.ts';

export interface SharedListFeedParts {
  readonly guard: GuardState;
  /** Where the list of the last pull is kept, so that it holds from the first packet of the next start. */
  readonly directory: string;
  /** As the settings are now; undefined: no list is wanted. */
  readonly url: () => string | undefined;
  readonly hours: () => number;
  readonly wall: () => WallMs;
  readonly get: (request: OutwardRequest) => Promise<Result<OutwardAnswer, string>>;
  readonly later: (ms: number, run: () => void) => void;
  readonly log: { info(fields: object, text: string): void; warn(fields: object, text: string): void };
}

/** What is known of the shared list. */
export interface FeedView {
  readonly isWanted: boolean;
  /** In force now. */
  readonly networks: number;
  /** Lines of the last pull that were not understood or too wide, and networks that found no room. */
  readonly refused: number;
  readonly leftOut: number;
  readonly pulledAt: WallMs | undefined;
  /** Why the last pull brought nothing, one sentence; `''`: it did. */
  readonly problem: string;
}

interface Kept {
  readonly url: string;
  readonly etag: string;
  readonly pulledAt: WallMs;
  readonly text: string;
}

const FILE = 'shared-list.json';
const MOST_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const HOUR_MS = 3_600_000;
const FAILED_WAIT_MS = 600_000;
const LOOK_MS = 60_000;

/**
 * Keeps a list of addresses that somebody else publishes: pulled now and then, kept on disk, put into the guard. A pull
 * that fails, or brings nothing that is a list, leaves the list from before in force.
 */
export class SharedListFeed {
  readonly #parts: SharedListFeedParts;
  #kept: Kept | undefined;
  #list: SharedList = { networks: [], refused: 0, leftOut: 0 };
  #problem = '';
  #nextAt = 0;
  #triedUrl: string | undefined;
  #pulling: Promise<FeedView> | undefined;

  constructor(parts: SharedListFeedParts) {
    this.#parts = parts;
  }

  /** Puts the list of the last run in force, and begins to look whether it is time for a pull. */
  start(): void {
    this.#kept = this.#read();
    if (this.#kept !== undefined && this.#kept.url === this.#parts.url()) {
      this.#take(readSharedList(this.#kept.text));
      this.#triedUrl = this.#kept.url;
      this.#nextAt = this.#kept.pulledAt + this.#parts.hours() * HOUR_MS;
    }
    this.#look();
  }

  view(): FeedView {
    const { networks, refused, leftOut } = this.#list;
    return {
      isWanted: this.#parts.url() !== undefined,
      networks: networks.length,
      refused,
      leftOut,
      pulledAt: this.#kept?.pulledAt,
      problem: this.#problem,
    };
  }

  /** Pulls now. Those who ask meanwhile share it. */
  pull(): Promise<FeedView> {
    this.#pulling ??= this.#pull().finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  /** Once a minute: settings change, and a machine that slept has missed its time. */
  #look(): void {
    const url = this.#parts.url();
    if (url === undefined) this.#forget();
    else if (url !== this.#triedUrl || this.#parts.wall() >= this.#nextAt) void this.pull();
    this.#parts.later(LOOK_MS, () => this.#look());
  }

  #forget(): void {
    if (this.#kept === undefined && this.#list.networks.length === 0) return;
    this.#kept = undefined;
    this.#list = { networks: [], refused: 0, leftOut: 0 };
    this.#problem = '';
    this.#nextAt = 0;
    this.#triedUrl = undefined;
    setSharedList(this.#parts.guard, []);
    rmSync(join(this.#parts.directory, FILE), { force: true });
  }

  async #pull(): Promise<FeedView> {
    const url = this.#parts.url();
    if (url === undefined) return this.view();
    this.#triedUrl = url;
    const etag = this.#kept?.url === url ? this.#kept.etag : '';
    const answer = await this.#parts.get({
      url,
      method: 'GET',
      headers: { accept: 'text/plain', ...(etag === '' ? {} : { 'if-none-match': etag }) },
      mostBytes: MOST_BYTES,
      timeoutMs: TIMEOUT_MS,
    });
    const pulledAt = this.#parts.wall();
    this.#nextAt = pulledAt + this.#parts.hours() * HOUR_MS;
    if (!answer.ok) return this.#failed(answer.error);
    const { status, headers, body } = answer.value;
    if (status === 304 && this.#kept !== undefined) {
      this.#kept = { ...this.#kept, pulledAt };
      this.#problem = '';
      return this.view();
    }
    if (status !== 200) return this.#failed(`It answers ${status}`);
    const kept: Kept = { url, etag: headers.etag ?? '', pulledAt, text: body.toString('utf8') };
    const list = readSharedList(kept.text);
    if (list.networks.length === 0) return this.#failed('What it sends names no network');
    this.#kept = kept;
    this.#take(list);
    this.#problem = '';
    this.#write(kept);
    const { networks, refused } = this.#list;
    const text = `The shared list has ${networks.length} networks; ${refused} lines were refused`;
    this.#parts.log.info({ event: 'shared-list', networks: networks.length, refused }, text);
    return this.view();
  }

  #failed(problem: string): FeedView {
    this.#problem = problem;
    this.#nextAt = this.#parts.wall() + FAILED_WAIT_MS;
    this.#parts.log.warn({ event: 'shared-list-failed' }, `The shared list could not be pulled: ${problem}`);
    return this.view();
  }

  #take(list: SharedList): void {
    this.#list = list;
    setSharedList(this.#parts.guard, list.networks);
  }

  #read(): Kept | undefined {
    try {
      const kept = JSON.parse(readFileSync(join(this.#parts.directory, FILE), 'utf8')) as Partial<Kept>;
      const { url, etag, pulledAt, text } = kept;
      if (typeof url !== 'string' || typeof etag !== 'string' || typeof text !== 'string') return undefined;
      return typeof pulledAt === 'number' ? { url, etag, pulledAt, text } : undefined;
    } catch {
      return undefined; // There is none, or it is damaged: it is pulled again.
    }
  }

  #write(kept: Kept): void {
    const file = join(this.#parts.directory, FILE);
    try {
      writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      this.#parts.log.warn({ event: 'shared-list-unsaved' }, `The shared list could not be kept (${code})`);
    }
  }
}
