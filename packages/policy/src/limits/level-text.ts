import { err, ok, type Result } from '@ringwall/base';
import { LIMIT_COUNTERS, type LimitCounter, type LimitLevel, type LimitLevels } from './limits-policy.ts';

/** The levels of one counter, as an administrator writes them. */
export interface WrittenLevel {
  readonly counter: LimitCounter;
  readonly level: LimitLevel;
}

const WORDS = { told: 'warning', most: 'most', frozen: 'critical' } as const;
type Word = keyof typeof WORDS;

/** Counted in parts, too. */
const MAY_BE_BROKEN: ReadonlySet<LimitCounter> = new Set([
  'international-minutes',
  'cost-of-call',
  'cost-of-day',
]);

const NONE: LimitLevel = { warning: undefined, most: undefined, critical: undefined };

/** What a level may be written like, in words. */
export const LEVEL_FORM = 'such as "calls-a-minute told 5 frozen 10", "calls most 2" or "probes off"';

/**
 * Reads the levels of one counter: `calls-a-minute told 5 frozen 10`, `calls most 2`, `probes off`. What is not named is
 * off. From `told` on the administrator is told, more than `most` is refused, at `frozen` calls are frozen.
 *
 * @returns how the sentence `"…" …` goes on, if it cannot be read or makes no sense.
 */
export function readLevel(text: string): Result<WrittenLevel, string> {
  const [name = '', ...words] = text.trim().split(/\s+/, 8);
  const counter = LIMIT_COUNTERS.find((each) => each === name);
  if (counter === undefined) return err(`names no counter: these are ${LIMIT_COUNTERS.join(', ')}`);
  if (words.length === 1 && words[0] === 'off') return ok({ counter, level: NONE });
  if (words.length === 0 || words.length % 2 !== 0) return err(`must be written ${LEVEL_FORM}`);
  const level: { -readonly [Name in keyof LimitLevel]: LimitLevel[Name] } = { ...NONE };
  for (let i = 0; i < words.length; i += 2) {
    const [word = '', written = ''] = words.slice(i, i + 2);
    if (!isWord(word) || level[WORDS[word]] !== undefined) return err(`must be written ${LEVEL_FORM}`);
    const value = readValue(written, counter, word);
    if (value === undefined)
      return err(`has "${written.slice(0, 20)}" where ${valueForm(counter, word)} must be`);
    level[WORDS[word]] = value;
  }
  const problem = inconsistency(level);
  return problem === undefined ? ok({ counter, level }) : err(problem);
}

/** As it is written: `calls-a-minute told 5 frozen 10`. */
export function levelText(counter: LimitCounter, level: LimitLevel): string {
  const words = Object.entries(WORDS).flatMap(([word, name]) => {
    const value = level[name];
    return value === undefined ? [] : [`${word} ${value}`];
  });
  return [counter, ...(words.length === 0 ? ['off'] : words)].join(' ');
}

/** Puts what is written in the place of what there is for these counters. What cannot be read is left out. */
export function withLevels(levels: LimitLevels, written: readonly string[]): LimitLevels {
  const changes = written.flatMap((text) => {
    const read = readLevel(text);
    return read.ok ? [[read.value.counter, read.value.level] as const] : [];
  });
  return { ...levels, ...Object.fromEntries(changes) };
}

function isWord(text: string): text is Word {
  return Object.hasOwn(WORDS, text);
}

function readValue(text: string, counter: LimitCounter, word: Word): number | undefined {
  const isWritten = (MAY_BE_BROKEN.has(counter) ? /^\d{1,7}(\.\d{1,2})?$/ : /^\d{1,7}$/).test(text);
  const value = isWritten ? Number(text) : Number.NaN;
  // None at all may be allowed; but what is frozen at nothing is frozen by the first call, or by none.
  return value > 0 || (value === 0 && word === 'most') ? value : undefined;
}

function valueForm(counter: LimitCounter, word: Word): string {
  const number = MAY_BE_BROKEN.has(counter) ? 'a number such as 2.5' : 'a whole number';
  return word === 'most' ? `${number} from 0` : `${number} above 0`;
}

/** Levels that could never be met, since another is met before. */
function inconsistency({ warning, most, critical }: LimitLevel): string | undefined {
  if (warning !== undefined && critical !== undefined && warning >= critical) {
    return `would tell at ${warning} what is frozen at ${critical} already: tell at less`;
  }
  if (most !== undefined && critical !== undefined && most >= critical) {
    return `would allow ${most}, and freeze at ${critical} already: allow less`;
  }
  if (warning !== undefined && most !== undefined && warning > most) {
    return `would tell at ${warning}, which is never reached where ${most} at most are allowed: tell at no more`;
  }
  return undefined;
}
