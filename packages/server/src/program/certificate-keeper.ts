import { ok, type Result, type WallMs } from '@ringwall/base';
import type { AdminError, CertificateView } from '@ringwall/contract';
import type { TlsCertificate } from '@ringwall/net';
import type { Logger } from 'pino';
import {
  type CertificateOptions,
  type OpenedCertificate,
  openCertificate,
} from '../certificate/open-certificate.ts';

export interface CertificateKeeperParts {
  readonly from: Omit<CertificateOptions, 'now'>;
  readonly now: () => WallMs;
  readonly log: Logger;
  /** Serves another one from now on, to new connections. */
  readonly serve: (certificate: TlsCertificate) => Result<void, AdminError>;
}

/** The certificate of the running program: read again when somebody asks for that, and looked at every day. */
export class CertificateKeeper {
  readonly #parts: CertificateKeeperParts;
  #serving: OpenedCertificate;

  constructor(parts: CertificateKeeperParts, serving: OpenedCertificate) {
    this.#parts = parts;
    this.#serving = serving;
    this.#tellMade();
  }

  get view(): CertificateView {
    return this.#serving.view;
  }

  get warnings(): readonly string[] {
    return this.#serving.warnings;
  }

  /** Reads the files again. What is wrong with them is told and logged, and the old certificate stays. */
  reload(): Result<void, AdminError> {
    const { log } = this.#parts;
    const before = this.#serving.view.fingerprint;
    const read = this.#read();
    if (!read.ok) {
      log.error(
        { event: 'certificate-refused', code: read.error.code },
        `${read.error.text} The certificate that was served before stays.`,
      );
      return read;
    }
    const { notAfter, fingerprint } = this.#serving.view;
    const which = fingerprint === before ? 'it is the same' : 'a new one is served';
    log.info({ event: 'certificate', notAfter, fingerprint }, `The certificate was read again: ${which}`);
    return ok(undefined);
  }

  /**
   * For every day: one of our own that ends soon is made anew, one that the administrator has put there is taken,
   * and what is wrong is logged as a warning.
   */
  check(): void {
    const before = this.#serving.view.fingerprint;
    const read = this.#read();
    const { log } = this.#parts;
    if (!read.ok) {
      log.warn({ event: 'certificate-refused', code: read.error.code }, read.error.text);
      return;
    }
    const { notAfter, fingerprint } = this.#serving.view;
    if (fingerprint !== before)
      log.info({ event: 'certificate', notAfter, fingerprint }, 'A new certificate is served');
    for (const text of this.#serving.warnings) log.warn({ event: 'certificate-warning' }, text);
  }

  #read(): Result<void, AdminError> {
    const { from, now, serve } = this.#parts;
    const next = openCertificate({ ...from, now: now() });
    if (!next.ok) return next;
    if (next.value.view.fingerprint !== this.#serving.view.fingerprint) {
      const served = serve(next.value.tls);
      if (!served.ok) return served;
    }
    this.#serving = next.value;
    this.#tellMade();
    return ok(undefined);
  }

  #tellMade(): void {
    const { made } = this.#serving;
    if (made === undefined) return;
    this.#parts.log.info({ event: 'certificate-made' }, `A self-signed certificate was made: ${made}`);
  }
}
