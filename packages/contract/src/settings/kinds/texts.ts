import { err, ok, parseIp, type Result } from '@ringwall/base';
import { quoted, type Setting } from '../setting.ts';

// C0, DEL and C1 controls, and the marks that turn the direction of text: none belongs in a setting.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

export interface TextOptions {
  readonly type: 'text';
  readonly default: string;
  readonly minLength: number;
  readonly maxLength: number;
  /** Every character must match this class, such as `[a-z0-9.-]`; `allowed` says it in words. */
  readonly pattern?: RegExp;
  readonly allowed?: string;
  /** What no pattern can say: is it one of those that there are? `allowed` says it in words. */
  readonly isOne?: (text: string) => boolean;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** A line of text without control characters. */
export function textSetting(options: TextOptions): Setting<string> {
  const length =
    options.minLength === 0 ? `at most ${options.maxLength}` : `${options.minLength} to ${options.maxLength}`;
  const limits = `${length} characters${options.allowed === undefined ? '' : `: ${options.allowed}`}`;
  return {
    ...plain('text', options),
    limits,
    min: options.minLength,
    max: options.maxLength,
    read: (raw) => {
      if (typeof raw !== 'string') return err(`is ${quoted(raw)}, and must be text (put it in quotes)`);
      const fits = raw.length >= options.minLength && raw.length <= options.maxLength;
      if (!fits || UNPRINTABLE.test(raw) || !isMeant(raw, options)) {
        // Of one of a few that are named, the length says nothing.
        const wanted = options.isOne === undefined ? limits : (options.allowed ?? limits);
        return err(`is ${quoted(raw)}, and must be ${wanted}`);
      }
      return ok(raw);
    },
  };
}

function isMeant(text: string, { pattern, isOne }: TextOptions): boolean {
  return (pattern?.test(text) ?? true) && (isOne?.(text) ?? true);
}

export interface PathOptions {
  readonly type: 'path';
  readonly default: string;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** A path of the file system. Relative ones are left as they are: where they start is the loader's business. */
export function pathSetting(options: PathOptions): Setting<string> {
  const needed = options.default !== '';
  const limits = needed ? 'a path' : 'a path, or empty';
  return {
    ...plain('path', options),
    limits,
    read: (raw) => {
      const fits = typeof raw === 'string' && raw.length <= 4_096 && !UNPRINTABLE.test(raw);
      return fits && (raw !== '' || !needed) ? ok(raw) : err(`is ${quoted(raw)}, and must be ${limits}`);
    },
  };
}

export interface AddressOptions {
  readonly type: 'address';
  readonly default: '';
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** An IPv4 or IPv6 address, or empty for none. */
export function addressSetting(options: AddressOptions): Setting<string> {
  const limits = 'an IPv4 or IPv6 address, or empty';
  return {
    ...plain('address', options),
    limits,
    read: (raw) =>
      typeof raw === 'string' && (raw === '' || parseIp(raw) !== undefined)
        ? ok(raw)
        : err(`is ${quoted(raw)}, and must be ${limits}`),
  };
}

export interface ListOptions {
  readonly default: readonly string[];
  readonly maxItems: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

export interface NamesOptions extends ListOptions {
  readonly type: 'names';
}

const HOST_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Host names or addresses; kept in lower case, each once. */
export function namesSetting(options: NamesOptions): Setting<readonly string[]> {
  return listSetting('names', options, 'host names or addresses', (raw) => {
    const names = raw.map((name) => name.toLowerCase());
    const wrong = names.find((name) => !isHost(name));
    if (wrong !== undefined)
      return err(`holds ${quoted(wrong)}, which is neither a host name nor an address`);
    return ok(names);
  });
}

/** RFC 1123 2.1, or an IP literal without brackets. */
function isHost(name: string): boolean {
  if (parseIp(name) !== undefined) return true;
  return name.length <= 253 && name.split('.').every((label) => HOST_LABEL.test(label));
}

export interface NumbersOptions extends ListOptions {
  readonly type: 'numbers';
}

/** Extension numbers, each once. In YAML they stand in quotes: without, `0100` would be read as 100. */
export function numbersSetting(options: NumbersOptions): Setting<readonly string[]> {
  return listSetting('numbers', options, 'extension numbers in quotes', (raw) => {
    const wrong = raw.find((number) => !/^\d{2,8}$/.test(number));
    return wrong === undefined
      ? ok(raw)
      : err(`holds ${quoted(wrong)}, and an extension number is 2 to 8 digits`);
  });
}

/** A list of texts, each once. @param read gives the list as it is kept, or what is wrong with it. */
export function listSetting<Type extends Setting<unknown>['type']>(
  type: Type,
  options: ListOptions,
  items: string,
  read: (raw: readonly string[]) => Result<readonly string[], string>,
) {
  const limits = `a list of ${items}, ${options.maxItems} at most`;
  return {
    ...plain(type, options),
    limits,
    max: options.maxItems,
    fromText: splitList,
    toJson: (value: readonly string[]) => [...value],
    read: (raw: unknown): Result<readonly string[], string> => {
      if (!isTextList(raw, options.maxItems)) {
        // A URL is not shown: there may be a token in it.
        return err(`is ${type === 'urls' ? 'something else' : quoted(raw)}, and must be ${limits}`);
      }
      const list = read(raw);
      return list.ok ? ok([...new Set(list.value)]) : list;
    },
  };
}

/** Items between commas, without the spaces around them; nothing gives the empty list. */
export function splitList(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',', 1_001).map((item) => item.trim());
}

export function isTextList(raw: unknown, maxItems: number): raw is readonly string[] {
  return Array.isArray(raw) && raw.length <= maxItems && raw.every((item) => typeof item === 'string');
}

/** What the settings that are no numbers have in common. */
export function plain<Type extends Setting<unknown>['type'], Value>(
  type: Type,
  options: { readonly default: Value; readonly says: string; readonly inDatabase?: boolean },
) {
  return {
    type,
    says: options.says,
    default: options.default,
    unit: undefined,
    min: undefined as number | undefined,
    max: undefined as number | undefined,
    options: undefined,
    inDatabase: options.inDatabase ?? true,
    fromText: (text: string): unknown => text,
    toJson: (value: Value) => value,
  };
}
