import { err, ok } from '@ringwall/base';
import { quoted } from '../setting.ts';
import { type ListOptions, listSetting } from './texts.ts';

export interface WordsOptions extends ListOptions {
  readonly type: 'words';
  /** What an item is, in words. */
  readonly one: string;
  readonly isOne: (text: string) => boolean;
}

/** Texts that must each be one of a kind; each once, in the order in which they are written. */
export function wordsSetting(options: WordsOptions) {
  return listSetting('words', options, `texts, each ${options.one}`, (raw) => {
    const wrong = raw.find((text) => text.length > 100 || !options.isOne(text));
    return wrong === undefined ? ok(raw) : err(`holds ${quoted(wrong)}, and each must be ${options.one}`);
  });
}

export interface DigitsOptions extends ListOptions {
  readonly type: 'digits';
}

/** Short numbers, each once. In YAML they stand in quotes: without, `000` would be read as 0. */
export function digitsSetting(options: DigitsOptions) {
  return listSetting('digits', options, 'short numbers in quotes', (raw) => {
    const wrong = raw.find((number) => !/^\d{1,8}$/.test(number));
    return wrong === undefined ? ok(raw) : err(`holds ${quoted(wrong)}, and must hold 1 to 8 digits each`);
  });
}
