import { type Clock, err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  MAX_CONFIGURATION_CHARACTERS,
  MAX_ISSUED,
  type PlanView,
} from '@ringwall/contract';
import {
  CONFIGURATIONS_KEPT,
  type KeptConfiguration,
  type Store,
  StoreError,
  type StoreErrorCode,
} from '@ringwall/pbx';
import type { Extensions } from '../../extensions/extensions.ts';
import type { SealedSettings } from '../../settings/sealed-settings.ts';
import type { StoredSettings } from '../../settings/stored-settings.ts';
import { askedWords } from '../asked.ts';
import { codeSetting } from '../build-codes.ts';
import { emergencyInTheWay } from '../build-dialling.ts';
import { TRUNK_ITEM } from '../build-trunks.ts';
import type { ChangeTurns } from '../change-turns.ts';
import type { PolicyTestResult } from '../policy-tests.ts';
import { storeAnswer } from '../store-answer.ts';
import type { TrunkSecrets } from '../trunk-secrets.ts';
import { compareConfigurations, type EntryChange } from './compare.ts';
import { describe, type StoredConfiguration } from './describe.ts';
import type { ConfigurationDocument } from './document.ts';
import type { GuardLists } from './guard-lists.ts';
import { judgeConfiguration } from './judge.ts';
import { readOffThread, renderOffThread } from './off-thread.ts';
import { planView, summaryOf } from './plan-view.ts';
import { refusedOutside } from '../led-outside.ts';
import { afterChange, brokenBy, snapshotOf, testPolicy } from './policy-check.ts';
import { keptText, type KeptVersion, keptVersion, longWith } from './kept-text.ts';
import { refusalOf } from './refusal.ts';
import { lineKey, type Problem, type ReadConfiguration } from './read.ts';
import {
  type GivenSecret,
  resolveConfiguration,
  type WantedSecret,
  type Wrong,
  wantedSecrets,
} from './resolve.ts';
import { type Issued, type StoreChange, storeChange } from './store-change.ts';
import { storedConfiguration } from './stored-configuration.ts';

export interface WholeConfigurationParts {
  readonly store: Pick<
    Store,
    | 'configurationVersion'
    | 'extensions'
    | 'items'
    | 'guardEntries'
    | 'changeConfiguration'
    | 'keptConfigurations'
    | 'keptConfiguration'
  >;
  readonly sealedSettings: Pick<SealedSettings, 'settings' | 'asStored'>;
  readonly storedSettings: Pick<StoredSettings, 'wouldBe' | 'overridden' | 'changeWith' | 'inEffect'>;
  readonly trunkSecrets: TrunkSecrets;
  readonly extensions: Pick<Extensions, 'draw'>;
  readonly lists: GuardLists;
  readonly turns: ChangeTurns;
  readonly clock: Pick<Clock, 'wall'>;
}

/** A file may have to be asked for again with secrets, which the command reads. */
export type Answer<Value> =
  | { readonly wanted: readonly [WantedSecret, ...WantedSecret[]] }
  | { readonly wanted: readonly []; readonly value: Value };

export interface Applied {
  readonly plan: PlanView;
  readonly version: number;
  readonly issued: readonly Issued[];
  /** Seconds after which the guard's lists are as before again, unless that is confirmed. */
  readonly confirmWithin: number | null;
}

/** What was agreed to. */
export interface Agreed {
  /** The version that was planned for: `CONFIGURATION_CHANGED` if it is another one now. */
  readonly expected: number;
  /** Also if policy tests break over it, or somebody is shut out who should not be. */
  readonly force: boolean;
}

/** A change that can be made, of what is stored. */
interface Prepared {
  readonly stored: StoredConfiguration;
  readonly next: ConfigurationDocument;
  readonly changes: readonly EntryChange[];
  readonly store: StoreChange;
  readonly plan: PlanView;
  /** Calls that inbound rules would lead outside and that would be refused. */
  readonly refusedOutside: readonly string[];
}

/**
 * The configuration as one text: written, compared with a file, replaced by it, and taken back to what it was.
 *
 * Answers are values, as those of the single administrations are. Nothing changes but all of it.
 */
export class WholeConfiguration {
  readonly #parts: WholeConfigurationParts;

  constructor(parts: WholeConfigurationParts) {
    this.#parts = parts;
  }

  /** All sections, without secrets. */
  export(): Promise<Result<{ readonly text: string; readonly version: number }, AdminError>> {
    return storeAnswer(async () => {
      const stored = await storedConfiguration(this.#parts);
      const text = await renderOffThread(describe(stored));
      return text.length > MAX_CONFIGURATION_CHARACTERS
        ? err(tooLong())
        : ok({ text, version: stored.version });
    });
  }

  /** What a file would change. */
  plan(text: string, given: readonly GivenSecret[]): Promise<Result<Answer<PlanView>, AdminError>> {
    return storeAnswer(async () => {
      const prepared = await this.#fromFile(text, given);
      if (!prepared.ok || prepared.value.wanted.length > 0)
        return prepared as Result<Answer<PlanView>, AdminError>;
      return ok({ wanted: [], value: valueOf(prepared.value).plan });
    });
  }

  apply(
    text: string,
    given: readonly GivenSecret[],
    { expected, force }: Agreed,
  ): Promise<Result<Answer<Applied>, AdminError>> {
    return this.#inTurn(async () => {
      const prepared = await this.#fromFile(text, given, expected);
      if (!prepared.ok || prepared.value.wanted.length > 0)
        return prepared as Result<Answer<Applied>, AdminError>;
      const applied = await this.#make(valueOf(prepared.value), 'apply', force);
      return applied.ok ? ok({ wanted: [], value: applied.value }) : applied;
    });
  }

  /** Newest first. */
  versions(): Promise<
    Result<
      {
        readonly current: number;
        readonly most: number;
        readonly versions: readonly Omit<KeptConfiguration, 'text'>[];
      },
      AdminError
    >
  > {
    return storeAnswer(async () => {
      const [current, versions] = await Promise.all([
        this.#parts.store.configurationVersion(),
        this.#parts.store.keptConfigurations(),
      ]);
      return ok({ current, most: CONFIGURATIONS_KEPT, versions });
    });
  }

  planRollBack(to: number): Promise<Result<PlanView, AdminError>> {
    return storeAnswer(async () => {
      const prepared = await this.#fromVersion(to);
      return prepared.ok ? ok(prepared.value.plan) : prepared;
    });
  }

  rollBack(to: number, { expected, force }: Agreed): Promise<Result<Applied, AdminError>> {
    return this.#inTurn(async () => {
      const prepared = await this.#fromVersion(to, expected);
      return prepared.ok ? this.#make(prepared.value, `roll-back to ${to}`, force) : prepared;
    });
  }

  /** Runs the policy tests on the configuration of now. */
  testPolicy(): Promise<Result<readonly PolicyTestResult[], AdminError>> {
    return storeAnswer(async () => {
      const { extensions, items } = await storedConfiguration(this.#parts);
      const judged = { settings: this.#parts.storedSettings.inEffect, extensions, items };
      return ok(testPolicy(judged, this.#parts.trunkSecrets, this.#parts.clock.wall()));
    });
  }

  #inTurn<Value>(change: () => Promise<Result<Value, AdminError>>): Promise<Result<Value, AdminError>> {
    return this.#parts.turns.take(() => storeAnswer(change));
  }

  async #fromFile(
    text: string,
    given: readonly GivenSecret[],
    expected?: number,
  ): Promise<Result<Answer<Prepared>, AdminError>> {
    if (text.length > MAX_CONFIGURATION_CHARACTERS) return err(tooLong());
    const read = await readOffThread(text);
    if (!read.ok) return err(adminError('CONFIGURATION_FILE', { problems: sentences(read.error) }));
    const wanted = wantedSecrets(read.value.sections);
    const missing = wanted.filter(
      (each) => !given.some(({ from, name }) => from === each.from && name === each.name),
    );
    const [first, ...others] = missing;
    if (first !== undefined) return ok({ wanted: [first, ...others] });
    const prepared = await this.#prepare(read.value, given, { isRollBack: false, expected });
    return prepared.ok ? ok({ wanted: [], value: prepared.value }) : prepared;
  }

  async #fromVersion(version: number, expected?: number): Promise<Result<Prepared, AdminError>> {
    const kept = await keptVersion(this.#keptSince(version));
    if (kept === undefined) return err(adminError('VERSION_UNKNOWN', { version }));
    const read = await readOffThread(kept.text, kept.form);
    if (!read.ok) return err(adminError('CONFIGURATION_FILE', { problems: sentences(read.error) }));
    return this.#prepare(read.value, [], { isRollBack: true, expected, touched: kept.touched });
  }

  /** The texts of a version and of those after it. */
  async *#keptSince(version: number): AsyncGenerator<string> {
    const { store } = this.#parts;
    const versions = (await store.keptConfigurations()).map((each) => each.version).toReversed();
    const first = versions.indexOf(version);
    for (const each of first < 0 ? [] : versions.slice(first)) {
      const kept = await store.keptConfiguration(each); // eslint-disable-line no-await-in-loop -- as they are needed
      if (kept === undefined) return;
      yield kept.text;
    }
  }

  async #prepare(
    { sections: written, lines }: ReadConfiguration,
    given: readonly GivenSecret[],
    {
      isRollBack,
      expected,
      touched,
    }: {
      readonly isRollBack: boolean;
      readonly expected: number | undefined;
      readonly touched?: KeptVersion['touched'];
    },
  ): Promise<Result<Prepared, AdminError>> {
    const { storedSettings, trunkSecrets, extensions, lists, clock } = this.#parts;
    const stored = await storedConfiguration(this.#parts);
    if (expected !== undefined && stored.version !== expected) {
      return err(adminError('CONFIGURATION_CHANGED'));
    }
    const current = describe(stored);
    const sections = touched === undefined ? written : { ...written, ...longWith(current, written, touched) };
    const sealed = new Map(stored.items.map((item) => [`${item.kind} ${item.name}`, item.sealed]));
    const resolved = resolveConfiguration(sections, {
      current,
      given,
      isRollBack,
      now: clock.wall(),
      stored: (trunk) => {
        const secret = sealed.get(`${TRUNK_ITEM} ${trunk}`);
        return secret === undefined ? undefined : trunkSecrets.open(trunk, secret);
      },
    });
    const next = { ...current, ...resolved.sections };
    const changes = compareConfigurations(current, resolved.sections);
    const settings = storedSettings.wouldBe(settingsOf(next));
    const wrong: readonly Wrong[] = [
      ...resolved.wrong,
      ...(settings.ok
        ? []
        : settings.error.map(({ text }) => ({ section: 'settings' as const, name: '', text }))),
      ...judgeConfiguration({
        current,
        next,
        changes,
        isForHelp: (number) => settings.ok && emergencyInTheWay(settings.value, number) !== undefined,
        codeSetting: (number) => (settings.ok ? codeSetting(settings.value, number) : undefined),
        // What comes back from some time ago may be overridden today: it does no harm.
        overridden: (entry) => (isRollBack ? undefined : storedSettings.overridden(entry)),
      }),
    ];
    if (wrong.length > 0) {
      const problems = wrong.map(({ section, name, text }) => ({
        line: lines.get(lineKey(section, name)),
        text,
      }));
      return err(
        adminError('CONFIGURATION_REFUSED', {
          problems: sentences(isRollBack ? unplaced(problems) : problems),
        }),
      );
    }
    const now = clock.wall();
    const change = storeChange({
      stored,
      next,
      changes,
      passwords: resolved.passwords,
      trunkSecrets,
      draw: (number) => extensions.draw(number),
      now,
    });
    const before = { settings: storedSettings.inEffect, extensions: stored.extensions, items: stored.items };
    const after = {
      settings: settings.ok ? settings.value : storedSettings.inEffect,
      ...afterChange(stored, change.change),
    };
    const broken = brokenBy(testPolicy(before, trunkSecrets, now), testPolicy(after, trunkSecrets, now));
    const led = refusedOutside(stored.items, after.items, () => snapshotOf(after, trunkSecrets), now);
    const byLists = await lists.shutsOut(change.lists);
    if (!byLists.ok) return byLists;
    const bySettings = changes.some(({ section }) => section === 'settings')
      ? await lists.settingsShutOut(after.settings)
      : ok(undefined);
    if (!bySettings.ok) return bySettings;
    const shutOut = [byLists.value, bySettings.value].filter((words) => words !== undefined);
    // What a version does not have is as it was.
    const named = isRollBack ? next : sections;
    const plan = planView(stored.version, changes, named, {
      remarks: [
        ...resolved.remarks,
        ...led.map(
          (each) => `An inbound rule would lead outside, and such a call would be refused: ${each}.`,
        ),
      ],
      broken,
      shutsOut: shutOut.length === 0 ? undefined : shutOut.join(' and '),
    });
    return ok({ stored, next, changes, store: change, plan, refusedOutside: led });
  }

  async #make(
    { stored, next, changes, store: { change, issued, lists: listed }, plan, refusedOutside: led }: Prepared,
    by: string,
    force: boolean,
  ): Promise<Result<Applied, AdminError>> {
    const { store, sealedSettings, storedSettings, lists, clock } = this.#parts;
    if (changes.length === 0) return ok({ plan, version: stored.version, issued: [], confirmWithin: null });
    const refusal = force ? undefined : refusalOf(plan, led);
    if (refusal !== undefined) return err(refusal);
    if (issued.length > MAX_ISSUED) return err(adminError('EXTENSIONS_AT_ONCE', { limit: MAX_ISSUED }));
    const before = {
      replacedAt: clock.wall(),
      replacedBy: summaryOf(askedWords(by), changes),
      text: await keptText(describe(stored), changes),
    };
    const settings = new Map(
      [...change.settings].map(([key, json]) => [key, sealedSettings.asStored(key, json)]),
    );
    const made = await lists.change(listed, plan.shutsOut, async (guardEntries) => {
      const saved = await storedSettings.changeWith(settingsOf(next), () =>
        store.changeConfiguration({
          expectedVersion: stored.version,
          ...change,
          settings,
          guardEntries,
          before,
        }),
      );
      if (saved.ok) return saved.value;
      // That the settings are whole was judged before: what is left is what the store refuses.
      throw new StoreError(saved.error.code as StoreErrorCode, saved.error.text);
    });
    if (!made.ok) return made;
    const { saved: version, confirmWithin } = made.value;
    return ok({ plan, version, issued, confirmWithin });
  }
}

function valueOf<Value>(answer: Answer<Value>): Value {
  if (!('value' in answer)) throw new Error('an answer that wants secrets has no value');
  return answer.value;
}

function settingsOf({ settings }: ConfigurationDocument): ReadonlyMap<string, string> {
  return new Map(settings.map(({ name, fields }) => [name, JSON.stringify(fields.value)]));
}

function tooLong(): AdminError {
  return adminError('CONFIGURATION_TOO_LONG', { limit: MAX_CONFIGURATION_CHARACTERS });
}

function unplaced(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ text }) => ({ line: undefined, text }));
}

const MOST_PROBLEMS = 10;

function sentences(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map(({ line, text }) => {
    const place = line === undefined ? '' : `line ${line}: `;
    return `${place}${text}${/[.?!]$/.test(text) ? '' : '.'}`;
  });
  const more = problems.length - shown.length;
  return `${shown.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}
