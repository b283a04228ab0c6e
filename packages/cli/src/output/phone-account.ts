import type { PhoneSettings } from '@ringwall/contract';
import { renderUnicodeCompact } from 'uqr';
import { columnsOf } from './plain-text.ts';

/**
 * The account as the QR code holds it: lines of plain text, so that any scanner shows them and a person can copy
 * them into a phone. The first is the address of record with where to send (RFC 3261 19.1); the others are
 * `name: value`.
 *
 * The password is among them. It stands in the same terminal, in clear, right above, and will not be shown again;
 * it is not put into the URI, where phones and dial logs would keep it (RFC 3261 19.1.1).
 */
export function accountText(phone: PhoneSettings): string {
  const [address] = phone.addresses;
  const uri =
    address === undefined
      ? `sip:${phone.number}`
      : `sip:${phone.number}@${bracketed(address.host)}:${address.port};transport=${address.transport}`;
  return `${uri}\nauth-id: ${phone.authId}\npassword: ${phone.password}\nsrtp: ${phone.srtp}\n`;
}

/**
 * The account as a QR code of half-block characters, light on dark.
 *
 * @returns undefined if the terminal is too narrow for it: a broken code is worse than none.
 */
export function accountQrCode(
  phone: PhoneSettings,
  columns: number | undefined,
): readonly string[] | undefined {
  const lines = renderUnicodeCompact(accountText(phone), { border: 2, ecc: 'L' }).split('\n');
  const width = columnsOf(lines[0] ?? '');
  return columns !== undefined && width > columns ? undefined : lines;
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
