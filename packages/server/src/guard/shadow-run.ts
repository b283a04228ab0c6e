import { err, ok, type Result, type WallMs } from '@ringwall/base';
import { type AdminError, adminError, SETTING_SECTIONS, type SettingsValues } from '@ringwall/contract';
import { guardPolicy } from '@ringwall/contract';
import { type Store, StoreError } from '@ringwall/pbx';
import { type GuardState, setShadowPolicy, shadowReport, type ShadowRecord } from '@ringwall/policy';
import type { Clock } from '@ringwall/base';

/** A setting of the guard, as an administrator writes it: `failedAuthLimit`, `5`. */
export interface ShadowSetting {
  readonly name: string;
  readonly value: string;
}

/** A stricter policy that runs beside the one in force. */
export interface ShadowView {
  readonly settings: readonly ShadowSetting[];
  readonly since: WallMs;
  readonly until: WallMs;
  /** Whom it would have stopped, who came last first. */
  readonly stopped: readonly ShadowRecord[];
}

export interface ShadowRunParts {
  readonly guard: GuardState;
  readonly store: Pick<Store, 'items' | 'changeItems'>;
  readonly clock: Clock;
  readonly settings: () => SettingsValues;
  readonly later: (ms: number, run: () => void) => void;
  readonly onMistake: (error: unknown) => void;
}

interface Kept {
  readonly settings: readonly ShadowSetting[];
  readonly since: WallMs;
  readonly until: WallMs;
  readonly stopped: readonly ShadowRecord[];
}

/** What it is called in the store. */
const ITEM = { kind: 'guard-shadow', name: 'shadow' } as const;
/** What was seen since may be lost with the program. */
const SAVE_MS = 600_000;
/** A timer is set for a day at most. */
const FURTHEST_MS = 86_400_000;
const MOST_STOPPED = 1_000;

/**
 * Tries settings of the guard out for a while: what they would have stopped is written down, and nobody is. It goes on
 * after a restart, and ends by itself.
 */
export class ShadowRun {
  readonly #parts: ShadowRunParts;
  #kept: Kept | undefined;

  constructor(parts: ShadowRunParts) {
    this.#parts = parts;
  }

  /** Goes on with what ran when the program stopped. Rejects with a StoreError. */
  async resume(): Promise<void> {
    const item = (await this.#parts.store.items()).find(({ kind }) => kind === ITEM.kind);
    const kept = item === undefined ? undefined : readKept(item.json);
    if (kept !== undefined && kept.until > this.#parts.clock.wall()) this.#begin(kept);
    else this.#kept = kept; // It is over, and can be read until the next one begins.
    this.#look();
  }

  /** @returns the view, or what is wrong with the settings. */
  async start(settings: readonly ShadowSetting[], seconds: number): Promise<Result<ShadowView, AdminError>> {
    const policy = this.#policy(settings);
    if (!policy.ok) return policy;
    const since = this.#parts.clock.wall();
    this.#begin({ settings, since, until: (since + seconds * 1_000) as WallMs, stopped: [] });
    const saved = await this.#save();
    return saved.ok ? ok(this.view() as ShadowView) : saved;
  }

  /** @returns what it saw; undefined: none ran. */
  async stop(): Promise<Result<ShadowView | undefined, AdminError>> {
    const view = this.view();
    this.#end();
    const saved = await this.#save();
    return saved.ok ? ok(view) : saved;
  }

  view(): ShadowView | undefined {
    if (this.#kept === undefined) return undefined;
    const { settings, since, until } = this.#kept;
    return { settings, since, until, stopped: this.#stopped() };
  }

  /** For the end of the program. */
  async settle(): Promise<void> {
    if (this.#kept !== undefined) await this.#save();
  }

  #begin(kept: Kept): void {
    const policy = this.#policy(kept.settings);
    if (!policy.ok) return;
    this.#kept = kept;
    setShadowPolicy(this.#parts.guard, policy.value, this.#parts.clock.monotonic());
    this.#awaitEnd(kept);
  }

  #end(): void {
    this.#kept = undefined;
    setShadowPolicy(this.#parts.guard, undefined, this.#parts.clock.monotonic());
  }

  #look(): void {
    this.#parts.later(SAVE_MS, () => {
      this.#endInTime();
      if (this.#kept !== undefined) this.#save().catch(this.#parts.onMistake);
      this.#look();
    });
  }

  /** Its end may be weeks away, further than a timer reaches, and the clock may be set: so it is asked for anew each time. */
  #awaitEnd(kept: Kept): void {
    const left = kept.until - this.#parts.clock.wall();
    this.#parts.later(Math.min(Math.max(left, 0), FURTHEST_MS), () => {
      if (this.#kept?.since !== kept.since || this.#kept.until !== kept.until) return; // Another began, or none runs.
      if (this.#endInTime()) this.#save().catch(this.#parts.onMistake);
      else this.#awaitEnd(kept);
    });
  }

  /** Looks no more when its time is over; what it saw stays to be read until the next one begins. @returns was it? */
  #endInTime(): boolean {
    const { guard, clock } = this.#parts;
    if (this.#kept === undefined || guard.shadow === undefined || this.#kept.until > clock.wall())
      return false;
    this.#kept = { ...this.#kept, stopped: this.#stopped() };
    setShadowPolicy(guard, undefined, clock.monotonic());
    return true;
  }

  /** What this run of the program saw, and what the runs before it did. */
  #stopped(): readonly ShadowRecord[] {
    const bySource = new Map((this.#kept?.stopped ?? []).map((record) => [record.source, record]));
    for (const record of shadowReport(this.#parts.guard)) {
      if (record.firstAt > (this.#kept?.until ?? 0)) continue; // The timer that ends it may be a moment late.
      const before = bySource.get(record.source);
      bySource.set(
        record.source,
        before === undefined
          ? record
          : { ...record, rule: before.rule, firstAt: before.firstAt, times: before.times + record.times },
      );
    }
    return [...bySource.values()].toSorted((a, b) => b.lastAt - a.lastAt).slice(0, MOST_STOPPED);
  }

  #policy(settings: readonly ShadowSetting[]) {
    const { guard, security } = this.#parts.settings();
    const values: Record<string, unknown> = { ...guard };
    for (const { name, value } of settings) {
      const setting = Object.hasOwn(SETTING_SECTIONS.guard, name)
        ? SETTING_SECTIONS.guard[name as keyof typeof SETTING_SECTIONS.guard]
        : undefined;
      if (setting === undefined) {
        return err(
          adminError('SETTING_UNKNOWN', {
            name: `guard.${name}`,
            where: '',
            suggestion: 'See ringwall setting list.',
          }),
        );
      }
      const read = setting.read(setting.fromText(value));
      if (!read.ok) {
        const problem = read.error;
        return err(
          adminError('SETTING_VALUE', { name: `guard.${name}`, where: '', problem, meaning: setting.says }),
        );
      }
      values[name] = read.value;
    }
    return ok(guardPolicy(values as SettingsValues['guard'], security.lanNetworks));
  }

  async #save(): Promise<Result<undefined, AdminError>> {
    const kept = this.view();
    const change =
      kept === undefined
        ? ({ do: 'remove-item', ...ITEM } as const)
        : ({ do: 'save-item', ...ITEM, json: JSON.stringify(kept), sealed: undefined } as const);
    try {
      await this.#parts.store.changeItems([change]);
      return ok(undefined);
    } catch (error) {
      if (error instanceof StoreError) return err({ code: error.code, text: error.message });
      throw error;
    }
  }
}

function readKept(json: string): Kept | undefined {
  try {
    return JSON.parse(json) as Kept;
  } catch {
    return undefined; // Nothing that we wrote.
  }
}
