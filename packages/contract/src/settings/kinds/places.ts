import { err, ok, type Result } from '@ringwall/base';
import { quoted, type Setting } from '../setting.ts';
import { isTextList, plain, splitList } from './texts.ts';

export interface UrlsOptions {
  readonly type: 'urls';
  readonly default: readonly string[];
  readonly maxItems: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

const LONGEST_URL = 2_048;

/** Where to talk HTTP with, each once; without user and password, which have no place in a URL. */
export function urlsSetting(options: UrlsOptions): Setting<readonly string[]> {
  const limits = `a list of https:// addresses, ${options.maxItems} at most`;
  return {
    ...plain('urls', { ...options, default: options.default }),
    limits,
    max: options.maxItems,
    fromText: splitList,
    toJson: (value) => [...value],
    read: (raw): Result<readonly string[], string> => {
      if (!isTextList(raw, options.maxItems)) return err(`is ${quoted(raw)}, and must be ${limits}`);
      const urls: string[] = [];
      for (const text of raw) {
        const url = text.length <= LONGEST_URL && URL.canParse(text) ? new URL(text) : undefined;
        if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
          return err('holds something that is no https:// address');
        }
        // Not shown: there may be a password in it.
        if (url.username !== '' || url.password !== '')
          return err('holds an address with a user or a password');
        urls.push(url.href);
      }
      return ok([...new Set(urls)]);
    },
  };
}

export interface MailAddressesOptions {
  readonly type: 'mail-addresses';
  readonly default: readonly string[];
  readonly maxItems: number;
  readonly says: string;
  readonly inDatabase?: boolean;
}

/** `anna@example.com`: nothing that could be read as more than one address, or as the end of a header. */
const MAIL_ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

export function mailAddressesSetting(options: MailAddressesOptions): Setting<readonly string[]> {
  const limits = `a list of mail addresses, ${options.maxItems} at most`;
  return {
    ...plain('mail-addresses', { ...options, default: options.default }),
    limits,
    max: options.maxItems,
    fromText: splitList,
    toJson: (value) => [...value],
    read: (raw): Result<readonly string[], string> => {
      if (!isTextList(raw, options.maxItems)) return err(`is ${quoted(raw)}, and must be ${limits}`);
      const wrong = raw.find((address) => !MAIL_ADDRESS.test(address));
      return wrong === undefined
        ? ok([...new Set(raw)])
        : err(`holds ${quoted(wrong)}, which is no mail address`);
    },
  };
}
