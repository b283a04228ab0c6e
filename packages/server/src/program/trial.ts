import { type Clock, err, later, ok, parseCidr, type Random, randomHex, type WallMs } from '@ringwall/base';
import {
  adminError,
  type CertificateView,
  type ControlHandlers,
  type PhoneSettings,
} from '@ringwall/contract';
import {
  DEFAULT_CALLING_RIGHTS,
  type Extension,
  type ExtensionNumber,
  mayNameAddress,
  type Snapshot,
} from '@ringwall/pbx';
import { makeHa1 } from '@ringwall/sip';
import { newAuthId, newPassword } from '../secrets/new-secrets.ts';

/** How long the two test extensions of a trial call exist. */
const TRIAL_MS = 60_000;

/** The test phones run beside the program: their passwords are of no use from anywhere else. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'].flatMap((text) => {
  const network = parseCidr(text);
  return network.ok ? [network.value] : [];
});

export interface TrialHost {
  readonly clock: Pick<Clock, 'wall'>;
  readonly random: Random;
  snapshot(): Snapshot;
  /** The snapshot must be built anew: the extensions of the trial came or went. */
  changed(): Promise<void>;
  later(ms: number, run: () => void): void;
  loopbackAddresses(): PhoneSettings['addresses'];
  certificate(): CertificateView | null;
}

interface RunningTrial {
  readonly token: string;
  readonly expiresAt: WallMs;
  readonly extensions: readonly Extension[];
}

/**
 * The two extensions of `ringwall try`: in memory alone, for a minute, from this machine alone, with secrets of their own.
 */
export class Trial implements Pick<ControlHandlers, 'try.begin' | 'try.end'> {
  readonly #host: TrialHost;
  #running: RunningTrial | undefined;

  constructor(host: TrialHost) {
    this.#host = host;
  }

  /** To be added to those of the database. */
  get extensions(): readonly Extension[] {
    return this.#running?.extensions ?? [];
  }

  readonly 'try.begin': ControlHandlers['try.begin'] = async () => {
    const { clock, random } = this.#host;
    const now = clock.wall();
    if (this.#running !== undefined && this.#running.expiresAt > now)
      return err(adminError('TRY_IN_PROGRESS'));
    const addresses = this.#host.loopbackAddresses();
    const { settings } = this.#host.snapshot();
    const { domains } = settings;
    const [domain = 'localhost'] = domains;
    const address = addresses[0]?.host ?? '127.0.0.1';
    if (domains.length === 0 && !mayNameAddress(settings, address))
      return err(adminError('TRY_NEEDS_DOMAIN', { address }));
    const made = this.#freeNumbers().map((number) => this.#makeExtension(number));
    const token = randomHex(random, 16);
    this.#running = {
      token,
      expiresAt: later(now, TRIAL_MS),
      extensions: made.map(({ extension }) => extension),
    };
    await this.#host.changed();
    this.#host.later(TRIAL_MS, () => void this.#end(token));
    return ok({
      token,
      extensions: made.map(({ extension: { number, authId }, password }) => ({ number, authId, password })),
      addresses,
      domain,
      certificate: this.#host.certificate(),
      expiresAt: later(now, TRIAL_MS),
    });
  };

  readonly 'try.end': ControlHandlers['try.end'] = async ({ token }) => {
    return (await this.#end(token)) ? ok({}) : err(adminError('TRY_UNKNOWN'));
  };

  async #end(token: string): Promise<boolean> {
    if (this.#running?.token !== token) return false;
    this.#running = undefined;
    await this.#host.changed();
    return true;
  }

  /** Two numbers that nobody has, from the far end. */
  #freeNumbers(): ExtensionNumber[] {
    const { extensions, ringGroups } = this.#host.snapshot();
    const free: ExtensionNumber[] = [];
    for (let number = 99_999_998; free.length < 2; number--) {
      const candidate = String(number) as ExtensionNumber;
      if (!extensions.has(candidate) && !ringGroups.has(candidate)) free.push(candidate);
    }
    return free;
  }

  #makeExtension(number: ExtensionNumber): { readonly extension: Extension; readonly password: string } {
    const { random } = this.#host;
    const { realm } = this.#host.snapshot().settings;
    const [authId, password] = [newAuthId(random), newPassword(random)];
    const ha1 = {
      md5: makeHa1('md5', authId, realm, password),
      sha256: makeHa1('sha256', authId, realm, password),
    };
    return {
      password,
      extension: {
        number,
        name: 'Test phone',
        authId,
        ha1,
        enabled: true,
        lanOnly: false,
        onlyFrom: LOOPBACK,
        secureTransportOnly: false,
        rtpMode: undefined,
        calling: { ...DEFAULT_CALLING_RIGHTS, isInternalOnly: true },
      },
    };
  }
}
