import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { Extension, ExtensionNumber, PbxSettings, Snapshot, StoredExtension } from '@ringwall/pbx';
import type { BuiltPolicy } from '../configuration/build-policy.ts';
import type { PinSecrets } from '../pins/pin-secrets.ts';
import type { ExtensionSecrets } from './extension-secrets.ts';

export interface SnapshotSource {
  /** Of the store, read no later than the extensions. */
  readonly version: number;
  readonly extensions: readonly StoredExtension[];
  readonly settings: PbxSettings;
  readonly policy: BuiltPolicy;
  /** What was found already that an administrator should know. */
  readonly warnings: readonly AdminError[];
  readonly secrets: ExtensionSecrets;
  readonly pins: Pick<PinSecrets, 'open' | 'keepOnly'>;
  /** For the sentences. */
  readonly sealingKeyFile: string;
}

export interface BuiltSnapshot {
  readonly snapshot: Snapshot;
  /**
   * What an administrator should know: `REALM_CHANGED` if passwords were made for another realm (their phones are
   * refused), `SEALING_KEY_WRONG` if some secrets did not open (those extensions are left out),
   * `CANARY_IS_EXTENSION` if the phone of an extension would be blacklisted for being itself (that canary is left out).
   */
  readonly warnings: readonly AdminError[];
}

/**
 * The configuration as the call path reads it, with the secrets opened.
 *
 * @returns `SEALING_KEY_WRONG` if not one of the secrets opens: then it is the key, and to go on would be to refuse
 *   every phone. If some open, the others were damaged or brought in from elsewhere: those extensions are left
 *   out, since nobody could log in as them, and a warning names them.
 */
export function buildSnapshot(source: SnapshotSource): Result<BuiltSnapshot, AdminError> {
  const { settings, policy, secrets, pins, sealingKeyFile } = source;
  const extensions = new Map<ExtensionNumber, Extension>();
  const byAuthId = new Map<string, Extension>();
  const closed: ExtensionNumber[] = [];
  const otherRealms: string[] = [];
  for (const stored of source.extensions) {
    const secret = secrets.open(stored.number, stored.sealedHa1);
    if (secret === undefined) {
      closed.push(stored.number);
      continue;
    }
    if (secret.realm !== settings.realm) otherRealms.push(secret.realm);
    const pinHash = stored.sealedPin && pins.open(stored.number, stored.sealedPin);
    const extension = extensionOf(stored, secret.ha1, pinHash);
    extensions.set(extension.number, extension);
    byAuthId.set(extension.authId, extension);
  }
  secrets.keepOnly(extensions);
  pins.keepOnly(extensions);
  if (closed.length > 0 && extensions.size === 0) {
    return err(adminError('SEALING_KEY_WRONG', { file: sealingKeyFile }));
  }
  const warnings: AdminError[] = [...source.warnings, ...pinsMissing(extensions)];
  if (closed.length > 0) warnings.push(someClosed(closed));
  const [made] = otherRealms;
  if (made !== undefined) {
    warnings.push(adminError('REALM_CHANGED', { count: otherRealms.length, made, now: settings.realm }));
  }
  const { canaries } = settings;
  const wrong = canaries.filter(
    (number) => extensions.has(number as ExtensionNumber) || policy.ringGroups.has(number),
  );
  if (wrong.length > 0) warnings.push(adminError('CANARY_IS_EXTENSION', { numbers: wrong.join(', ') }));
  const checked = { ...settings, canaries: canaries.filter((number) => !wrong.includes(number)) };
  return ok({
    snapshot: {
      version: source.version,
      extensions,
      byAuthId,
      settings: checked,
      ...policy,
    },
    warnings,
  });
}

function extensionOf(stored: StoredExtension, ha1: Extension['ha1'], pinHash: string | undefined): Extension {
  return {
    number: stored.number,
    name: stored.name,
    authId: stored.authId,
    ha1,
    enabled: stored.enabled,
    lanOnly: stored.lanOnly,
    secureTransportOnly: stored.secureTransportOnly,
    rtpMode: stored.rtpMode,
    calling: stored.calling,
    pinHash,
  };
}

function pinsMissing(extensions: ReadonlyMap<ExtensionNumber, Extension>): AdminError[] {
  const numbers = [...extensions.values()]
    .filter(({ calling, pinHash }) => calling.isPinProtected && pinHash === undefined)
    .map(({ number }) => number);
  return numbers.length === 0
    ? []
    : [adminError('PIN_MISSING', { numbers: numbers.slice(0, 20).join(', ') })];
}

function someClosed(closed: readonly ExtensionNumber[]): AdminError {
  const shown = closed.slice(0, 20).join(', ');
  const more = closed.length > 20 ? ` and ${closed.length - 20} more` : '';
  return {
    code: 'SEALING_KEY_WRONG',
    text: `The sealing key does not open the secrets of these extensions, which are left out: ${shown}${more}. Make new passwords for them with: ringwall extension new-secret.`,
  };
}
