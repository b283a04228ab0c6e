import { parseIp } from '@ringwall/base';
import type { ExtensionView, PhoneSettings } from '@ringwall/contract';
import { accountQrCode, bracketed } from '../output/phone-account.ts';
import type { Shell } from '../shell.ts';

/** Where the extension may register from, in words. */
export function reachWords(extension: ExtensionView): string {
  const where = extension.lanOnly ? 'LAN only' : 'from anywhere';
  return extension.secureTransportOnly ? `${where}, TLS only` : where;
}

export function srtpWords(extension: ExtensionView): string {
  return extension.rtpMode ?? 'by transport';
}

/** What a person types into a phone, and the same as a QR code. Shown once: nothing can show it again. */
export function showPhone(shell: Shell, extension: ExtensionView, phone: PhoneSettings, qr: boolean): void {
  const [first, ...others] = phone.addresses;
  shell.print(`Type this into the phone of extension ${phone.number}:\n\n`);
  shell.pairs([
    ['Name', extension.name],
    ...serverPairs(first),
    ['User (extension)', phone.number],
    ['Auth ID', phone.authId],
    ['Password', phone.password],
    ['Outbound proxy', 'none'],
    ['SRTP', phone.srtp === 'off' ? 'off' : `${phone.srtp} (keys by SDES)`],
  ]);
  shell.print('\n');
  if (others.length > 0) {
    const list = others.map((at) => `${at.transport.toUpperCase()} ${bracketed(at.host)}:${at.port}`);
    shell.print(`It can also be reached at ${list.join(', ')}.\n`);
  }
  if (phone.certificateSelfSigned && first?.transport === 'tls') {
    shell.print(
      'The certificate of the server is self-signed: tell the phone to accept it, or give the server a certificate of your own.\n',
    );
  }
  shell.print(
    `The password is shown this once and kept nowhere in clear. If it is lost, make a new one: ringwall extension new-secret ${phone.number}\n`,
  );
  if (qr && first !== undefined) showQrCode(shell, phone);
}

/** Shown once, as the password is. @param pin undefined: none was made. */
export function showPin(shell: Shell, number: string, pin: string | undefined): void {
  if (pin === undefined) return;
  shell.print(
    `\nThe PIN of extension ${number} is ${pin}. It is shown this once and kept nowhere in clear. If it is lost, make a new one: ringwall extension new-pin ${number}\n`,
  );
}

function serverPairs(address: PhoneSettings['addresses'][number] | undefined): [string, string][] {
  if (address === undefined) return [['Server (domain)', 'see ringwall status when the program runs']];
  return [
    ['Server (domain)', address.host],
    ['Port', String(address.port)],
    ['Transport', address.transport.toUpperCase()],
  ];
}

function showQrCode(shell: Shell, phone: PhoneSettings): void {
  const { columns } = shell.surroundings.out;
  const lines = accountQrCode(phone, columns === undefined ? undefined : columns - 2);
  if (lines === undefined) {
    shell.remark('This terminal is too narrow for the QR code.');
    return;
  }
  shell.print('\nThe same as a QR code:\n\n');
  for (const line of lines) shell.print(`  ${shell.style.paper(line)}\n`);
}

/** Said where an extension was opened up in a way that its owner may not have thought through. */
export function warnIfOpen(shell: Shell, extension: ExtensionView): void {
  if (extension.lanOnly || extension.secureTransportOnly) return;
  shell.remark(
    `Extension ${extension.number} may now be used from anywhere, also without encryption. Add --tls-only unless its phone cannot do TLS.`,
  );
}

const NAMELESS = 'From outside the LAN a phone must use a name, not an address: set sip.domains.';

/** From outside the LAN a request that names an address gets no answer, so its phone needs a name. */
export function warnIfUnreachable(shell: Shell, extension: ExtensionView, phone: PhoneSettings): void {
  const host = phone.addresses[0]?.host;
  if (extension.lanOnly || host === undefined || parseIp(host) === undefined) return;
  shell.remark(NAMELESS);
}

/** The same where nothing is shown of what phones are told. */
export async function warnIfNameless(shell: Shell): Promise<void> {
  const shown = await shell.ask('setting.show', { name: 'sip.domains' });
  if (shown.ok && shown.value.setting.value === '') shell.remark(NAMELESS);
}
