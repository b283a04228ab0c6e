import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { domainToASCII } from 'node:url';
import { err, ok, parseIp, type Result, type WallMs } from '@ringwall/base';
import { type AdminError, adminError, type CertificateView } from '@ringwall/contract';
import type { TlsCertificate } from '@ringwall/net';

const DAY_MS = 86_400_000;
/** From here on the administrator is warned, and a certificate of our own is made anew. */
export const RENEW_DAYS = 30;
const LEAST_RSA_BITS = 2_048;

/** A certificate that was looked at and can be served. */
export interface ServingCertificate {
  readonly tls: TlsCertificate;
  readonly view: CertificateView;
  /** What the administrator should know of it, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Checks that a certificate can be served: both are PEM, they belong together, and it has not ended.
 *
 * @param file what to call it in an error.
 * @param names that phones will ask for; those it is not for are warned of.
 */
export function checkServing(
  file: string,
  tls: TlsCertificate,
  names: readonly string[],
  now: WallMs,
): Result<ServingCertificate, AdminError> {
  const unusable = (reason: string): Result<never, AdminError> =>
    err(adminError('CERTIFICATE_UNUSABLE', { file, reason }));
  const certificate = readX509(tls.certificate);
  if (certificate === undefined) return unusable('the certificate is not a PEM certificate');
  const key = readKey(tls.key);
  if (typeof key === 'string') return unusable(key);
  if (!certificate.checkPrivateKey(key)) return unusable('the key belongs to another certificate');
  const weak = weakness(key);
  if (weak !== undefined) return unusable(weak);
  const notAfter = certificate.validToDate.getTime();
  if (notAfter <= now) return err(adminError('CERTIFICATE_EXPIRED', { file, date: dateText(notAfter) }));
  try {
    // The chain behind the first certificate is only read here.
    createSecureContext({ cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' });
  } catch {
    return unusable('the certificates behind the first one are not a chain');
  }
  return ok({
    tls,
    view: {
      subject: certificate.subject ?? '',
      selfSigned: certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey),
      notAfter,
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    },
    warnings: warningsOf(file, certificate, names, now),
  });
}

/** The names of which the certificate says nothing. */
export function namesMissing(certificate: X509Certificate, names: readonly string[]): string[] {
  return names.filter((name) =>
    parseIp(name) === undefined
      ? certificate.checkHost(domainToASCII(name), { subject: 'never' }) === undefined
      : certificate.checkIP(name) === undefined,
  );
}

export function readX509(text: string): X509Certificate | undefined {
  if (!text.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** @returns the key, or why it is none; nothing of the file is in the reason. */
function readKey(text: string): KeyObject | string {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    return 'the key has a passphrase, which nobody is there to type';
  }
  try {
    return createPrivateKey(text);
  } catch {
    return 'the key is not a PEM private key';
  }
}

function weakness(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details?.modulusLength ?? 0;
    return bits < LEAST_RSA_BITS
      ? `an RSA key needs ${LEAST_RSA_BITS} bits, and this one has ${bits}`
      : undefined;
  }
  return type === 'ec' || type === 'ed25519' || type === 'ed448'
    ? undefined
    : `keys of the type ${type ?? 'unknown'} cannot be used for TLS`;
}

function warningsOf(
  file: string,
  certificate: X509Certificate,
  names: readonly string[],
  now: WallMs,
): string[] {
  const warnings: string[] = [];
  const notAfter = certificate.validToDate.getTime();
  const daysLeft = Math.floor((notAfter - now) / DAY_MS);
  if (daysLeft < RENEW_DAYS) {
    warnings.push(`The certificate ${file} ends on ${dateText(notAfter)}, in ${daysLeft} days.`);
  }
  const notBefore = certificate.validFromDate.getTime();
  if (notBefore > now) {
    warnings.push(
      `The certificate ${file} begins on ${dateText(notBefore)}: phones will refuse it until then, or the clock of this machine is wrong.`,
    );
  }
  const missing = namesMissing(certificate, names);
  if (missing.length > 0) {
    warnings.push(
      `The certificate ${file} is not for ${missing.join(', ')}: phones that ask for that will refuse it.`,
    );
  }
  return warnings;
}

function dateText(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
