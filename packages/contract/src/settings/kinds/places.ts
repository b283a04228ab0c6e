import { err, ok } from '@ringwall/base';
import { quoted, type Setting } from '../setting.ts';
import { type ListOptions, listSetting } from './texts.ts';

export interface UrlsOptions extends ListOptions {
  readonly type: 'urls';
}

const LONGEST_URL = 2_048;

/** Where to talk HTTP with, each once; without user and password, which have no place in a URL. */
export function urlsSetting(options: UrlsOptions): Setting<readonly string[]> {
  return listSetting('urls', options, 'https:// addresses', (raw) => {
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
    return ok(urls);
  });
}

export interface MailAddressesOptions extends ListOptions {
  readonly type: 'mail-addresses';
}

/** `anna@example.com`: nothing that could be read as more than one address, or as the end of a header. */
const MAIL_ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/;

export function mailAddressesSetting(options: MailAddressesOptions): Setting<readonly string[]> {
  return listSetting('mail-addresses', options, 'mail addresses', (raw) => {
    const wrong = raw.find((address) => !MAIL_ADDRESS.test(address));
    return wrong === undefined ? ok(raw) : err(`holds ${quoted(wrong)}, which is no mail address`);
  });
}
