import type { Clock, Result } from '@ringwall/base';
import { err, networkText, ok } from '@ringwall/base';
import { type GuardEntryChange, type SecurityEvent, type Store, StoreError } from '@ringwall/pbx';
import { type Alarm, entryKey, type GuardEffect, type ListEntry } from '@ringwall/policy';
import type { Logger } from 'pino';
import { LineBudget } from '../log/line-budget.ts';
import type { GuardFigures, GuardFigureCounts } from './guard-figures.ts';
import { securityEvent, type ToldEffect } from './guard-events.ts';
import { SavingQueue } from './saving-queue.ts';

/** Who acts on what the guard decided, such as the sockets: on as much of it as concerns him. Each call returns at once. */
export interface GuardHooks {
  /** A network is kept out from now on; also told of entries that are there again after a restart. */
  onBan?(entry: ListEntry): void;
  /** A network is let in from now on, whatever is kept out around it. */
  onAllow?(entry: ListEntry): void;
  onForget?(network: ListEntry['network'], action: ListEntry['action']): void;
  onDropUdp?(source: string, forMs: number): void;
  /** Something that an administrator may be told of; such as anybody can bring about in plenty come in part only. */
  onEvent?(event: SecurityEvent): void;
}

export interface GuardKeeperParts {
  readonly store: Pick<Store, 'changeGuardEntries' | 'addSecurityEvents'>;
  /** Saves what an administrator changed; left out: as the rest is. */
  readonly saveByHand?: ((changes: readonly GuardEntryChange[]) => Promise<void>) | undefined;
  readonly clock: Clock;
  readonly figures: GuardFigureCounts;
  /** Undefined where nobody reads one. */
  readonly log: Logger | undefined;
  /** Runs something after so many milliseconds, or never if the program stops before. */
  readonly later: (ms: number, run: () => void) => void;
  readonly onMistake: (error: unknown) => void;
}

/** An alarm that an administrator should still see. */
export interface StandingAlarm {
  readonly alarm: Alarm;
  readonly at: ReturnType<Clock['wall']>;
  readonly text: string;
}

/** So late may the guard's own bans be on disk: with the writing itself, within a second. */
const DELAY_MS = 500;
const RETRY_MS = 5_000;
const CHANGES_AT_ONCE = 500;
/** As many as the lists hold: beyond, the oldest are given up, and the lists on disk are behind until the next start. */
const CHANGES_WAITING = 65_536;
const EVENTS_AT_ONCE = 500;
const EVENTS_WAITING = 10_000;
/** An alarm that nothing ends is shown for so long. */
const ALARM_MS = 86_400_000;

/**
 * Carries out what the guard wants done: keeps the lists on disk, writes down what happened, and tells those who act
 * on it. It waits for nothing; what cannot be written, since the disk is full, waits in memory and is tried again.
 */
export class GuardKeeper {
  readonly #parts: GuardKeeperParts;
  readonly #hooks: GuardHooks[] = [];
  readonly #budget: LineBudget;
  readonly #alarms = new Map<Alarm, StandingAlarm>();
  readonly #events: SavingQueue<SecurityEvent>;
  readonly #changes: SavingQueue<GuardEntryChange>;

  constructor(parts: GuardKeeperParts) {
    this.#parts = parts;
    const { store, log, later } = parts;
    this.#budget = new LineBudget(parts.clock);
    const queue = { delayMs: DELAY_MS, retryMs: RETRY_MS, later };
    const notSaved = (what: string) => (error: unknown) =>
      log?.error({ event: 'save-failed', what }, `${what} wait to be saved: ${textOf(error)}`);
    const lost = (what: string, figure: keyof GuardFigures['lost']) => (count: number) => {
      this.#parts.figures.lost(figure, count);
      log?.error({ event: 'records-lost', lost: count }, `Too many ${what} wait: ${count} were given up`);
    };
    this.#changes = new SavingQueue({
      ...queue,
      atOnce: CHANGES_AT_ONCE,
      limit: CHANGES_WAITING,
      keyOf: (change) => entryKey(change.do === 'save-entry' ? change.entry : change),
      save: (changes) => store.changeGuardEntries(changes),
      onFailed: notSaved('Changes of the blacklist and the whitelist'),
      onLost: lost('changes of the lists', 'changes'),
    });
    this.#events = new SavingQueue({
      ...queue,
      atOnce: EVENTS_AT_ONCE,
      limit: EVENTS_WAITING,
      save: (events) => store.addSecurityEvents(events),
      onFailed: notSaved('Security events'),
      onLost: lost('security events', 'events'),
    });
  }

  /** From now on these are told. */
  connect(hooks: GuardHooks): void {
    this.#hooks.push(hooks);
  }

  /** What an administrator should still see: the guessing until it is over, the others for a day. */
  alarms(): readonly StandingAlarm[] {
    const since = this.#parts.clock.wall() - ALARM_MS;
    return [...this.#alarms.values()].filter(({ alarm, at }) => alarm === 'guessing' || at > since);
  }

  perform(effects: readonly GuardEffect[]): void {
    for (const effect of effects) this.#guarded(() => this.#perform(effect));
  }

  /**
   * As {@link perform}, for what an administrator wants: all of it is on disk when the promise is fulfilled, or none
   * of it is and nobody was told. Then whoever asked has to undo what the guard did already.
   *
   * @param save puts the changes on disk together with something else, all or none.
   */
  async performSaved(
    effects: readonly GuardEffect[],
    save = this.#parts.saveByHand,
  ): Promise<Result<undefined, StoreError>> {
    const changes = effects.filter((effect) => isChange(effect));
    try {
      await this.#changes.saveNow(changes, save);
    } catch (error) {
      if (error instanceof StoreError) return err(error);
      throw error;
    }
    const [first] = changes;
    if (first !== undefined) {
      const more = changes.length > 1 ? `, and ${changes.length - 1} more` : '';
      const text = `An administrator changed the lists: ${changeText(first)}${more}`;
      this.#parts.log?.info({ event: 'guard-lists', changes: changes.length }, text);
    }
    for (const effect of effects) {
      this.#guarded(() => (isChange(effect) ? this.#tellChange(effect) : this.#told(effect)));
    }
    return ok(undefined);
  }

  /** Tells those who are connected of entries that were there before them. */
  announce(entries: Iterable<ListEntry>): void {
    for (const entry of entries) this.#guarded(() => this.#tellChange({ do: 'save-entry', entry }));
  }

  /** Tells those who are connected of entries that are gone, and were never on disk. */
  withdraw(places: Iterable<Pick<ListEntry, 'network' | 'action'>>): void {
    for (const { network, action } of places) {
      this.#guarded(() => this.#tellChange({ do: 'forget-entry', network, action }));
    }
  }

  /** Writes down that a change on trial, which nobody confirmed, was taken back. @param what as a `Tentative` says it. */
  reverted(what: string): void {
    const { clock, log } = this.#parts;
    const text = `Nobody confirmed ${what}: it was taken back`;
    log?.warn({ event: 'guard-reverted' }, text);
    const event = { at: clock.wall(), kind: 'owner-told', source: '', rule: 'unconfirmed', text } as const;
    this.#guarded(() => this.#write({ ...event, isForgeable: false }));
  }

  /** Saves what still waits, for the end of the program. @returns how much could not be saved. */
  async settle(): Promise<number> {
    const [changes, events] = await Promise.all([this.#changes.settle(), this.#events.settle()]);
    return changes + events;
  }

  #perform(effect: GuardEffect): void {
    if (isChange(effect)) {
      this.#changes.add(effect);
      this.#tellChange(effect);
    } else {
      this.#told(effect);
    }
  }

  #told(effect: ToldEffect): void {
    this.#parts.figures.count(effect);
    if (effect.do === 'drop-udp')
      for (const hooks of this.#hooks) hooks.onDropUdp?.(effect.source, effect.forMs);
    const event = securityEvent(effect, this.#parts.clock.wall());
    if (effect.do === 'alarm') this.#alarm(effect, event);
    if (event.isForgeable && !this.#budget.spend()) {
      this.#parts.figures.lost('unwritten', 1);
      return;
    }
    this.#write(event);
    const { log } = this.#parts;
    const suppressed = this.#budget.takeSuppressed();
    if (suppressed > 0) {
      log?.warn(
        { event: 'suppressed', lines: suppressed },
        `Left out ${suppressed} events like the next one; the metrics count them all`,
      );
    }
    log?.warn({ event: `guard-${event.kind}`, source: event.source, rule: event.rule }, event.text);
  }

  #write(event: SecurityEvent): void {
    this.#events.add(event);
    for (const hooks of this.#hooks) hooks.onEvent?.(event);
  }

  #alarm({ alarm, isOn }: Extract<GuardEffect, { do: 'alarm' }>, { at, text }: SecurityEvent): void {
    if (isOn) this.#alarms.set(alarm, { alarm, at, text });
    else this.#alarms.delete(alarm);
  }

  #tellChange(change: GuardEntryChange): void {
    for (const hooks of this.#hooks) {
      if (change.do === 'forget-entry') hooks.onForget?.(change.network, change.action);
      else if (change.entry.action === 'block') hooks.onBan?.(change.entry);
      else hooks.onAllow?.(change.entry);
    }
  }

  /** One that fails by a mistake of ours takes no other with it. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#parts.onMistake(error);
    }
  }
}

function isChange(effect: GuardEffect): effect is GuardEntryChange {
  return effect.do === 'save-entry' || effect.do === 'forget-entry';
}

function changeText(change: GuardEntryChange): string {
  if (change.do === 'forget-entry') {
    return `${networkText(change.network)} is no longer on the ${change.action === 'block' ? 'blacklist' : 'whitelist'}`;
  }
  const { network, action, addedBy } = change.entry;
  return `${networkText(network)} is on the ${action === 'block' ? 'blacklist' : 'whitelist'}, added by ${addedBy}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
