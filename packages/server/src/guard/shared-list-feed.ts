import { readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Result, WallMs } from '@ringwall/base';
import {
  type GuardState,
  preparingSharedList,
  putSharedList,
  readingSharedList,
  readSharedList,
  setSharedList,
  sharedListDoubt,
  type SharedList,
} from '@ringwall/policy';
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
  /** The list lost most of itself: told once, until it is whole again or taken as it is. */
  readonly onShrunken: (text: string) => void;
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

/** Where the list in force is from. On disk it is a line of JSON, with the list behind it as it came. */
interface Kept {
  readonly url: string;
  readonly etag: string;
  readonly pulledAt: WallMs;
}

const NO_LIST: SharedList = { networks: [], refused: 0, leftOut: 0, width: { 4: 0, 6: 0 } };

const FILE = 'shared-list.txt';
const MOST_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const HOUR_MS = 3_600_000;
const FAILED_WAIT_MS = 600_000;
const LOOK_MS = 60_000;
/** For so long a list that lost most of itself must stay so before it is believed. */
const SHRUNKEN_MS = 24 * HOUR_MS;

/**
 * Keeps a list of addresses that somebody else publishes: pulled now and then, kept on disk, put into the guard. A pull
 * that fails, or brings nothing that can be believed, leaves the list from before in force.
 */
export class SharedListFeed {
  readonly #parts: SharedListFeedParts;
  #kept: Kept | undefined;
  #list: SharedList = NO_LIST;
  #problem = '';
  /** Since when, in this run of the program, what comes has too few networks to be believed. */
  #shrunkenSince: WallMs | undefined;
  #nextAt = 0;
  #triedUrl: string | undefined;
  #pulling: Promise<FeedView> | undefined;

  constructor(parts: SharedListFeedParts) {
    this.#parts = parts;
  }

  /** Puts the list of the last run in force, and begins to look whether it is time for a pull. */
  start(): void {
    const read = this.#read();
    this.#kept = read?.kept;
    const list = readSharedList(read?.text ?? ''); // In one go: no packet is waiting yet.
    const isGood = sharedListDoubt(list, 0) === undefined;
    if (read !== undefined && isGood && read.kept.url === this.#parts.url()) {
      this.#list = list;
      setSharedList(this.#parts.guard, this.#list.networks);
      this.#triedUrl = read.kept.url;
      this.#nextAt = read.kept.pulledAt + this.#parts.hours() * HOUR_MS;
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

  /** When nothing is under way any more. */
  async settled(): Promise<void> {
    await this.#pulling;
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
    this.#list = NO_LIST;
    this.#problem = '';
    this.#shrunkenSince = undefined;
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
      this.#shrunkenSince = undefined;
      return this.view();
    }
    if (status !== 200) return this.#failed(`It answers ${status}`);
    const list = await inSlices(readingSharedList(body.toString('utf8')));
    const doubt = sharedListDoubt(list, this.#kept?.url === url ? this.#list.networks.length : 0);
    if (doubt !== undefined && doubt.is !== 'shrunken') return this.#failed(doubt.text);
    if (doubt !== undefined) {
      const isNew = this.#shrunkenSince === undefined;
      this.#shrunkenSince ??= pulledAt;
      if (pulledAt - this.#shrunkenSince < SHRUNKEN_MS) return this.#shrunken(doubt.text, isNew);
    }
    const prepared = await inSlices(preparingSharedList(this.#parts.guard, list.networks));
    if (this.#parts.url() !== url) return this.view(); // Nobody wants it any more.
    putSharedList(this.#parts.guard, prepared);
    this.#kept = { url, etag: headers.etag ?? '', pulledAt };
    this.#list = list;
    this.#problem = '';
    this.#shrunkenSince = undefined;
    await this.#write(this.#kept, body);
    const { networks, refused } = list;
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

  #shrunken(doubt: string, isNew: boolean): FeedView {
    this.#problem = `${doubt}. If it stays so for a day it is taken; to take it now, empty guard.sharedList and set it again`;
    const text = `The shared list was not taken, and the one from before stays: ${this.#problem}`;
    this.#parts.log.warn({ event: 'shared-list-shrunken' }, text);
    if (isNew) this.#parts.onShrunken(text);
    return this.view();
  }

  #read(): { readonly kept: Kept; readonly text: string } | undefined {
    try {
      const file = readFileSync(join(this.#parts.directory, FILE), 'utf8');
      const lineEnd = file.indexOf('\n');
      const { url, etag, pulledAt } = JSON.parse(file.slice(0, Math.max(0, lineEnd))) as Partial<Kept>;
      if (typeof url !== 'string' || typeof etag !== 'string' || typeof pulledAt !== 'number')
        return undefined;
      return { kept: { url, etag, pulledAt }, text: file.slice(lineEnd + 1) };
    } catch {
      return undefined; // There is none, or it is damaged: it is pulled again.
    }
  }

  async #write(kept: Kept, body: Buffer): Promise<void> {
    const file = join(this.#parts.directory, FILE);
    try {
      await writeFile(`${file}.new`, [`${JSON.stringify(kept)}\n`, body], { mode: 0o600 });
      if (this.#kept === kept) renameSync(`${file}.new`, file);
      else rmSync(`${file}.new`, { force: true }); // Switched off meanwhile.
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      this.#parts.log.warn({ event: 'shared-list-unsaved' }, `The shared list could not be kept (${code})`);
    }
  }
}

/** Does work that takes a second a few milliseconds at a time, between which packets are read. */
async function inSlices<Value>(work: Generator<undefined, Value, undefined>): Promise<Value> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    await setImmediate(); // eslint-disable-line no-await-in-loop -- that is the point
  }
}
