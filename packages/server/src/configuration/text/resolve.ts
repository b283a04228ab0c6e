import {
  adminError,
  type BlacklistText,
  KEPT,
  type SecretPlace,
  settingEntry,
  type TrunkText,
} from '@ringwall/contract';
import { readAuthorities } from '../trunk-authorities.ts';
import type { ConfigurationDocument, Entry, SectionName, SettingText } from './document.ts';

/** Where a secret is to be read from, for the trunk that it is for. */
export interface WantedSecret {
  readonly owner: string;
  readonly what: 'password' | 'CA';
  readonly from: 'env' | 'file';
  readonly name: string;
}

export interface GivenSecret extends Omit<WantedSecret, 'owner' | 'what'> {
  readonly secret: string;
}

/** What the command has to read before the configuration is whole. */
export function wantedSecrets({ trunks = [] }: Partial<ConfigurationDocument>): readonly WantedSecret[] {
  return trunks.flatMap(({ name, fields: { password, ca } }) => {
    const owner = `trunk ${name}`;
    const wanted: WantedSecret[] = [];
    if (typeof password !== 'string') wanted.push({ owner, what: 'password', ...placeOf(password) });
    if (ca !== null && typeof ca !== 'string') wanted.push({ owner, what: 'CA', ...placeOf(ca) });
    return wanted;
  });
}

function placeOf(place: SecretPlace): Omit<GivenSecret, 'secret'> {
  return 'env' in place ? { from: 'env', name: place.env } : { from: 'file', name: place.file };
}

export interface ResolveParts {
  readonly current: ConfigurationDocument;
  readonly given: readonly GivenSecret[];
  /** The password that is stored for a trunk. */
  readonly stored: (trunk: string) => string | undefined;
  /** Of a configuration of some time ago, what cannot be had again is done without, and said. */
  readonly isRollBack: boolean;
  /** Entries of the guard's lists that are over by then are left out. */
  readonly now: number;
}

export interface Resolved {
  /** With `kept` where a secret stays, `new` where it changes, and the values of settings that were only named. */
  readonly sections: Partial<ConfigurationDocument>;
  /** New ones, by trunk. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly remarks: readonly string[];
  readonly wrong: readonly Wrong[];
}

/** What is wrong with one thing, as a sentence. */
export interface Wrong {
  readonly section: SectionName;
  readonly name: string;
  readonly text: string;
}

/** Puts in what the file only refers to: what is stored, and what the command read. */
export function resolveConfiguration(
  sections: Partial<ConfigurationDocument>,
  parts: ResolveParts,
): Resolved {
  const resolving = new Resolving(parts);
  const { settings, trunks, 'guard-blacklist': blacklist } = sections;
  return {
    sections: {
      ...sections,
      ...(settings === undefined ? {} : { settings: settings.flatMap((each) => resolving.setting(each)) }),
      ...(trunks === undefined ? {} : { trunks: trunks.map((each) => resolving.trunk(each)) }),
      ...(blacklist === undefined ? {} : { 'guard-blacklist': resolving.blacklist(blacklist) }),
    },
    passwords: resolving.passwords,
    remarks: resolving.remarks,
    wrong: resolving.wrong,
  };
}

class Resolving {
  readonly passwords = new Map<string, string>();
  readonly remarks: string[] = [];
  readonly wrong: Wrong[] = [];
  readonly #parts: ResolveParts;
  readonly #settings: ReadonlyMap<string, SettingText>;
  readonly #trunks: ReadonlyMap<string, TrunkText>;

  constructor(parts: ResolveParts) {
    this.#parts = parts;
    this.#settings = byName(parts.current.settings);
    this.#trunks = byName(parts.current.trunks);
  }

  setting(entry: Entry<SettingText>): Entry<SettingText>[] {
    if (entry.fields.value !== KEPT || !isKeepable(entry.name)) return [entry];
    const stored = this.#settings.get(entry.name);
    if (stored !== undefined) return [{ name: entry.name, fields: stored }];
    if (this.#parts.isRollBack) {
      this.remarks.push(
        `${entry.name} held addresses that were not kept: set it anew with ringwall setting set.`,
      );
    } else {
      const text = `There is nothing to keep for ${entry.name}. Write its addresses.`;
      this.wrong.push({ section: 'settings', name: entry.name, text });
    }
    return [];
  }

  trunk({ name, fields }: Entry<TrunkText>): Entry<TrunkText> {
    const withCa = { ...fields, ca: this.#ca(name, fields.ca) };
    const { password } = fields;
    if (password === KEPT) {
      const isThere = this.#trunks.get(name)?.password === KEPT;
      return { name, fields: isThere ? withCa : this.#without(name, withCa) };
    }
    if (typeof password === 'string') return { name, fields: withCa };
    const given = this.#given(password);
    if (given === undefined || given === this.#parts.stored(name)) {
      return { name, fields: { ...withCa, password: KEPT } };
    }
    this.passwords.set(name, given);
    return { name, fields: { ...withCa, password: 'new' } };
  }

  blacklist(entries: readonly Entry<BlacklistText>[]): readonly Entry<BlacklistText>[] {
    const lasting = entries.filter(
      ({ fields: { until } }) => until === null || Date.parse(until) > this.#parts.now,
    );
    const over = entries.length - lasting.length;
    if (over > 0) {
      const entriesAre = over === 1 ? '1 entry is' : `${over} entries are`;
      this.remarks.push(`Of guard-blacklist, ${entriesAre} left out, whose time is over.`);
    }
    return lasting;
  }

  /** A password is to be kept, and is not there. */
  #without(name: string, fields: TrunkText): TrunkText {
    const none = { ...fields, password: 'none' } as const;
    if (!this.#parts.isRollBack) {
      const text = `There is no password to keep for the trunk ${name}. Write password: { env: NAME } or { file: PATH }.`;
      this.wrong.push({ section: 'trunks', name, text });
      return none;
    }
    this.remarks.push(
      `The password of the trunk ${name} went with it, so it comes back disabled: give it with ringwall trunk set ${name} --password-file -, then ringwall trunk enable ${name}.`,
    );
    return { ...none, enabled: false };
  }

  /** What was read from there. */
  #given(at: SecretPlace): string | undefined {
    const place = placeOf(at);
    return this.#parts.given.find((each) => each.from === place.from && each.name === place.name)?.secret;
  }

  #ca(name: string, ca: TrunkText['ca']): string | null {
    if (ca === null) return null;
    const read = readAuthorities(typeof ca === 'string' ? ca : (this.#given(ca) ?? ''));
    if (read.ok) {
      const { pem, list } = read.value;
      if (list.every(({ notAfter }) => notAfter < this.#parts.now)) {
        this.remarks.push(`The CA for the trunk ${name} has expired: the provider will not be believed.`);
      }
      return pem;
    }
    const { text } = adminError('TRUNK_CA', { name, reason: read.error });
    this.wrong.push({ section: 'trunks', name, text });
    return null;
  }
}

function isKeepable(setting: string): boolean {
  return settingEntry(setting)?.setting.type === 'urls';
}

function byName<Fields>(entries: readonly Entry<Fields>[]): ReadonlyMap<string, Fields> {
  return new Map(entries.map(({ name, fields }) => [name, fields]));
}
