import { err, ok, type Result } from '@ringwall/base';
import { quoted, type Setting } from '../setting.ts';

export interface NumberOptions {
  readonly type: 'number';
  readonly unit: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** A whole number with bounds. Text from the environment must be digits: `1e3` and `0x10` are refused. */
export function numberSetting(options: NumberOptions): Setting<number> {
  const limits = `${options.min} to ${options.max}`;
  const read = (raw: unknown): Result<number, string> => {
    if (typeof raw !== 'number' || !Number.isInteger(raw)) {
      return err(`is ${quoted(raw)}, and must be a whole number of ${options.unit} from ${limits}`);
    }
    if (raw < options.min || raw > options.max) {
      return err(`is ${raw}, and must be from ${limits} ${options.unit}`);
    }
    return ok(raw + 0); // -0 is 0
  };
  return {
    type: 'number',
    says: options.says,
    default: options.default,
    unit: options.unit,
    limits,
    min: options.min,
    max: options.max,
    options: undefined,
    inDatabase: options.inDatabase ?? true,
    read,
    fromText: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
    toJson: (value) => value,
  };
}

export interface BooleanOptions {
  readonly type: 'boolean';
  readonly default: boolean;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** `true` or `false`, nothing else: `yes` and `on` are words in YAML 1.2. */
export function booleanSetting(options: BooleanOptions): Setting<boolean> {
  return {
    type: 'boolean',
    says: options.says,
    default: options.default,
    unit: undefined,
    limits: 'true or false',
    min: undefined,
    max: undefined,
    options: undefined,
    inDatabase: options.inDatabase ?? true,
    read: (raw) => (typeof raw === 'boolean' ? ok(raw) : err(`is ${quoted(raw)}, and must be true or false`)),
    fromText: (text) => (text === 'true' ? true : text === 'false' ? false : text),
    toJson: (value) => value,
  };
}

export interface ChoiceOptions<Option extends string> {
  readonly type: 'choice';
  readonly options: readonly Option[];
  readonly default: NoInfer<Option>;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** One word of a list. */
export function choiceSetting<const Option extends string>(options: ChoiceOptions<Option>): Setting<Option> {
  const limits = listed(options.options);
  return {
    type: 'choice',
    says: options.says,
    default: options.default,
    unit: undefined,
    limits,
    min: undefined,
    max: undefined,
    options: options.options,
    inDatabase: options.inDatabase ?? true,
    read: (raw) => {
      const option = options.options.find((known) => known === raw);
      return option === undefined ? err(`is ${quoted(raw)}, and must be ${limits}`) : ok(option);
    },
    fromText: (text) => text,
    toJson: (value) => value,
  };
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  return words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
