import { assert, type Clock, err, ok, type Random, type Result } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import {
  type CallingRights,
  DEFAULT_CALLING_RIGHTS,
  type ExtensionNumber,
  type Store,
  type StoredExtension,
  StoreError,
} from '@ringwall/pbx';
import { makeHa1 } from '@ringwall/sip';
import type { PinSecrets } from '../pins/pin-secrets.ts';
import { newAuthId, newPassword } from '../secrets/new-secrets.ts';
import { checkName, checkNewNumber } from './extension-rules.ts';
import type { ExtensionSecrets } from './extension-secrets.ts';

/** An extension as an administrator sees it: everything but its secret. */
export interface ExtensionDetails extends Omit<StoredExtension, 'sealedHa1' | 'sealedPin'> {
  readonly hasPin: boolean;
}

export interface NewExtension {
  readonly number: string;
  /** Left out: the number. */
  readonly name?: string | undefined;
  /** Left out: true. From the internet only those come in that were let in. */
  readonly lanOnly?: boolean | undefined;
  /** Left out: false. */
  readonly secureTransportOnly?: boolean | undefined;
  /** Left out: required over TLS, optional on the LAN. */
  readonly rtpMode?: StoredExtension['rtpMode'];
  /** Left out: false. */
  readonly isPinProtected?: boolean | undefined;
}

/** What is named is changed; `rtpMode: undefined` leaves the mode to the transport again. */
export interface ExtensionChanges {
  readonly name?: string;
  readonly lanOnly?: boolean;
  readonly secureTransportOnly?: boolean;
  readonly rtpMode?: StoredExtension['rtpMode'];
  /** What is named in it is changed. */
  readonly calling?: Partial<CallingRights>;
}

/** An extension with its password, which is in no file and cannot be had a second time. */
export interface IssuedExtension {
  readonly extension: ExtensionDetails;
  readonly authId: string;
  readonly password: string;
  /** One that was made with it. */
  readonly pin: string | undefined;
}

/** The same for its PIN; undefined: none was made. */
export interface PinnedExtension {
  readonly extension: ExtensionDetails;
  readonly pin: string | undefined;
}

interface DrawnSecrets {
  readonly authId: string;
  readonly password: string;
  readonly sealedHa1: Uint8Array;
}

export interface ExtensionsParts {
  readonly store: Pick<
    Store,
    'extensions' | 'addExtension' | 'changeExtension' | 'removeExtension' | 'savePinAttempts'
  >;
  readonly secrets: ExtensionSecrets;
  readonly pins: Pick<PinSecrets, 'issue'>;
  readonly random: Random;
  readonly clock: Pick<Clock, 'wall'>;
  /** As the settings are now: the realm that passwords are made for, and their length. */
  readonly realm: () => string;
  readonly passwordLength: () => number;
  /** Is it a number that is dialled for help? Then it can be nobody's. */
  readonly isForHelp: (number: string) => boolean;
  readonly isRingGroup: (number: string) => Promise<boolean>;
  /** The setting of the service code that it is; undefined: it is none. */
  readonly codeSetting: (number: string) => string | undefined;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** How often another auth ID is drawn when one is taken; the first is, once in 10^10 for ten thousand extensions. */
const AUTH_ID_DRAWS = 3;

/**
 * What an administrator does with extensions: the same behind the control socket and for a stopped program.
 *
 * Answers are values: what the administrator got wrong, and what the store refused, comes as a code with a
 * sentence. Only our own mistakes reject.
 */
export class Extensions {
  readonly #parts: ExtensionsParts;

  constructor(parts: ExtensionsParts) {
    this.#parts = parts;
  }

  /** Adds an extension with an auth ID and a password of its own, enabled. */
  async add(wanted: NewExtension): Promise<Result<IssuedExtension, AdminError>> {
    const number = checkNewNumber(wanted.number, this.#parts.isForHelp);
    if (!number.ok) return number;
    const setting = this.#parts.codeSetting(number.value);
    if (setting !== undefined) return err(adminError('NUMBER_IS_CODE', { number: number.value, setting }));
    const name = checkName(wanted.name ?? number.value);
    if (!name.ok) return name;
    const taken = await answer(() => this.#parts.isRingGroup(number.value));
    if (!taken.ok) return taken;
    if (taken.value) return err(adminError('EXTENSION_IS_RING_GROUP', { number: number.value }));
    const isPinProtected = wanted.isPinProtected ?? false;
    const issued = isPinProtected ? await this.#parts.pins.issue(number.value) : undefined;
    const added = await this.#issue(number.value, async (authId, sealedHa1) => {
      const extension: StoredExtension = {
        number: number.value,
        name: name.value,
        authId,
        sealedHa1,
        enabled: true,
        lanOnly: wanted.lanOnly ?? true,
        secureTransportOnly: wanted.secureTransportOnly ?? false,
        rtpMode: wanted.rtpMode,
        calling: { ...DEFAULT_CALLING_RIGHTS, isPinProtected },
        sealedPin: issued?.sealedPin,
        createdAt: this.#parts.clock.wall(),
      };
      await this.#parts.store.addExtension(extension);
      return extension;
    });
    return added.ok ? ok({ ...added.value, pin: issued?.pin }) : added;
  }

  /** All of them, in the order of their numbers. */
  async list(): Promise<Result<readonly ExtensionDetails[], AdminError>> {
    return answer(async () => (await this.#parts.store.extensions()).map(detailsOf));
  }

  async show(number: string): Promise<Result<ExtensionDetails, AdminError>> {
    const found = await answer(() => this.#parts.store.extensions([number as ExtensionNumber]));
    if (!found.ok) return found;
    const [extension] = found.value;
    return extension === undefined
      ? err(adminError('EXTENSION_UNKNOWN', { number }))
      : ok(detailsOf(extension));
  }

  async change(number: string, changes: ExtensionChanges): Promise<Result<PinnedExtension, AdminError>> {
    const name = changes.name === undefined ? undefined : checkName(changes.name);
    if (name?.ok === false) return name;
    const issued = await this.#pinIfNeeded(number, changes);
    if (!issued.ok) return issued;
    const named = name === undefined ? {} : { name: name.value };
    const sealed = issued.value === undefined ? {} : { sealedPin: issued.value.sealedPin };
    const changed = await this.#change(number, { ...changes, ...named, ...sealed });
    return changed.ok ? ok({ extension: changed.value, pin: issued.value?.pin }) : changed;
  }

  /** An extension that is protected by a PIN, and has none, could never be unlocked. */
  async #pinIfNeeded(
    number: string,
    { calling }: ExtensionChanges,
  ): Promise<Result<Awaited<ReturnType<PinSecrets['issue']>> | undefined, AdminError>> {
    if (calling?.isPinProtected !== true) return ok(undefined);
    const shown = await this.show(number);
    if (!shown.ok) return shown;
    return ok(shown.value.hasPin ? undefined : await this.#parts.pins.issue(shown.value.number));
  }

  /** A new PIN of so many digits, 4 to 10; the old one is worth nothing any more. */
  async newPin(number: string, digits?: number): Promise<Result<PinnedExtension, AdminError>> {
    const shown = await this.show(number);
    if (!shown.ok) return shown;
    const { pin, sealedPin } = await this.#parts.pins.issue(shown.value.number, digits);
    const changed = await this.#change(number, { sealedPin });
    const forgotten = await answer(() => this.#forgetTries(shown.value.number));
    if (!forgotten.ok) return forgotten;
    return changed.ok ? ok({ extension: changed.value, pin }) : changed;
  }

  async enable(number: string): Promise<Result<ExtensionDetails, AdminError>> {
    return this.#change(number, { enabled: true });
  }

  /** It can neither register nor call nor be called, and keeps its secret. */
  async disable(number: string): Promise<Result<ExtensionDetails, AdminError>> {
    return this.#change(number, { enabled: false });
  }

  /** @returns the extension as it was. */
  async remove(number: string): Promise<Result<ExtensionDetails, AdminError>> {
    const shown = await this.show(number);
    if (!shown.ok) return shown;
    return this.#changed(async () => {
      await this.#parts.store.removeExtension(shown.value.number);
      await this.#forgetTries(shown.value.number);
      return shown.value;
    });
  }

  /** What was tried at a PIN that is no more; a program that runs forgets it by itself. */
  async #forgetTries(of: ExtensionNumber): Promise<void> {
    await this.#parts.store.savePinAttempts([{ of, wrong: 0, lastAt: 0 }]);
  }

  /** A new auth ID and a new password. Both, so that the old pair is worth nothing, not even half of it. */
  async newSecret(number: string): Promise<Result<IssuedExtension, AdminError>> {
    const shown = await this.show(number);
    if (!shown.ok) return shown;
    return this.#issue(shown.value.number, async (authId, sealedHa1) => {
      await this.#parts.store.changeExtension(shown.value.number, { authId, sealedHa1 });
      return { ...shown.value, authId };
    });
  }

  /** Secrets that nobody has yet, for whoever stores them himself. */
  draw(number: ExtensionNumber): DrawnSecrets {
    const { random, secrets } = this.#parts;
    const authId = newAuthId(random);
    const password = newPassword(random, this.#parts.passwordLength());
    const realm = this.#parts.realm();
    const ha1 = {
      md5: makeHa1('md5', authId, realm, password),
      sha256: makeHa1('sha256', authId, realm, password),
    };
    return { authId, password, sealedHa1: secrets.seal(number, { ha1, realm }) };
  }

  async #change(
    number: string,
    { calling, ...named }: ExtensionChanges & Partial<Pick<StoredExtension, 'enabled' | 'sealedPin'>>,
  ): Promise<Result<ExtensionDetails, AdminError>> {
    const { store } = this.#parts;
    const before = calling === undefined ? undefined : await this.show(number);
    if (before?.ok === false) return before;
    const changes =
      before === undefined ? named : { ...named, calling: { ...before.value.calling, ...calling } };
    return this.#changed(async () => {
      await store.changeExtension(number as ExtensionNumber, changes);
      const [extension] = await store.extensions([number as ExtensionNumber]);
      assert(extension !== undefined, 'an extension went away in the turn that changed it');
      return detailsOf(extension);
    });
  }

  /** Draws secrets, has them stored, and gives them out: once. */
  async #issue(
    number: ExtensionNumber,
    save: (authId: string, sealedHa1: Uint8Array) => Promise<StoredExtension | ExtensionDetails>,
  ): Promise<Result<IssuedExtension, AdminError>> {
    for (let draw = 1; ; draw++) {
      const { authId, password, sealedHa1: sealed } = this.draw(number);
      const issued = await this.#changed(async () => {
        const extension = detailsOf(await save(authId, sealed));
        return { extension, authId, password, pin: undefined };
      });
      const taken = !issued.ok && issued.error.code === 'AUTH_ID_EXISTS';
      if (!taken) return issued;
      if (draw === AUTH_ID_DRAWS) return err(adminError('AUTH_ID_EXISTS', { number }));
    }
  }

  async #changed<Value>(change: () => Promise<Value>): Promise<Result<Value, AdminError>> {
    const result = await answer(change);
    if (result.ok) this.#parts.onChanged();
    return result;
  }
}

async function answer<Value>(ask: () => Promise<Value>): Promise<Result<Value, AdminError>> {
  try {
    return ok(await ask());
  } catch (error) {
    if (error instanceof StoreError) return err({ code: error.code, text: error.message });
    throw error;
  }
}

/** Without its secrets. */
export function detailsOf(extension: StoredExtension | ExtensionDetails): ExtensionDetails {
  const { number, name, authId, enabled, lanOnly, secureTransportOnly, rtpMode, calling, createdAt } =
    extension;
  const hasPin = 'hasPin' in extension ? extension.hasPin : extension.sealedPin !== undefined;
  return { number, name, authId, enabled, lanOnly, secureTransportOnly, rtpMode, calling, createdAt, hasPin };
}
