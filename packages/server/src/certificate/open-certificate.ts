import { X509Certificate } from 'node:crypto';
import { networkInterfaces, hostname } from 'node:os';
import { join } from 'node:path';
import { err, ok, parseIp, type Random, type Result, type WallMs } from '@ringwall/base';
import { type AdminError, adminError } from '@ringwall/contract';
import type { TlsCertificate } from '@ringwall/net';
import { readBoundedFile, replacePrivateFile } from './private-file.ts';
import { makeSelfSigned } from './self-signed.ts';
import {
  checkServing,
  namesMissing,
  readX509,
  RENEW_DAYS,
  type ServingCertificate,
} from './serving-certificate.ts';

export interface CertificateOptions {
  /** The data directory. */
  readonly directory: string;
  /** The administrator's own; undefined: one that the program makes. */
  readonly files: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  /** Domains and public address, as phones are told them. */
  readonly names: readonly string[];
  readonly now: WallMs;
  readonly random: Random;
}

export interface OpenedCertificate extends ServingCertificate {
  /** Why a new one was made just now, in words for the log; undefined if none was. */
  readonly made: string | undefined;
}

const RIGHTS_OF_OTHERS = 0o077;
const ANYBODY_MAY_READ = 0o004;

/**
 * The certificate to serve TLS with: the administrator's, or our own from the data directory, which is made at the
 * first start and again when it is about to end or lacks a name that phones are told.
 *
 * To be called at the start, and again to reload: it looks at the files each time and changes nothing that is good.
 * Our own stays as it is when the addresses of the machine change, because phones may have been told to trust it.
 *
 * @returns the certificate, or `CERTIFICATE_MISSING`, `CERTIFICATE_UNUSABLE` or `CERTIFICATE_EXPIRED`.
 */
export function openCertificate(options: CertificateOptions): Result<OpenedCertificate, AdminError> {
  return options.files === undefined ? openOwn(options) : openGiven(options, options.files);
}

export function selfSignedFile(directory: string): string {
  return join(directory, 'self-signed.pem');
}

function openGiven(
  { names, now }: CertificateOptions,
  { certificateFile, keyFile }: NonNullable<CertificateOptions['files']>,
): Result<OpenedCertificate, AdminError> {
  const certificate = readGiven(certificateFile);
  if (!certificate.ok) return certificate;
  const key = readGiven(keyFile);
  if (!key.ok) return key;
  const tls: TlsCertificate = { certificate: certificate.value.text, key: key.value.text };
  const checked = checkServing(certificateFile, tls, names, now);
  if (!checked.ok) return checked;
  const warnings = [...checked.value.warnings];
  if ((key.value.mode & ANYBODY_MAY_READ) !== 0) {
    warnings.push(`Every user of this machine can read the key ${keyFile}. Run: chmod o-rwx ${keyFile}`);
  }
  return ok({ ...checked.value, warnings, made: undefined });
}

function readGiven(file: string): Result<ReturnType<typeof readBoundedFile>, AdminError> {
  try {
    return ok(readBoundedFile(file));
  } catch (error) {
    return err(adminError('CERTIFICATE_MISSING', { file, reason: reasonOf(error) }));
  }
}

function openOwn(options: CertificateOptions): Result<OpenedCertificate, AdminError> {
  const { directory, names, now, random } = options;
  const file = selfSignedFile(directory);
  const kept = readOwn(file);
  const fresh = makeSelfSigned(ownNames(names), now, random);
  const why = typeof kept === 'string' ? kept : whyAnew(kept, fresh, options);
  if (why === undefined && typeof kept !== 'string') {
    const checked = checkServing(file, kept, names, now);
    if (checked.ok) return ok({ ...checked.value, made: undefined });
  }
  try {
    // One file: key and certificate can never be of two different makings.
    replacePrivateFile(file, fresh.key + fresh.certificate);
  } catch (error) {
    return err({
      code: 'CERTIFICATE_UNUSABLE',
      text: `The certificate ${file} cannot be written: ${reasonOf(error)}. Make space on the disk, and let the user of the program write there.`,
    });
  }
  const checked = checkServing(file, fresh, names, now);
  return checked.ok ? ok({ ...checked.value, made: why ?? 'the one there was cannot be used' }) : checked;
}

/** @returns what is kept, or why there is nothing to keep. */
function readOwn(file: string): TlsCertificate | string {
  try {
    const { text, mode } = readBoundedFile(file);
    if ((mode & RIGHTS_OF_OTHERS) !== 0) return 'other users could read the key of the last one';
    const start = text.indexOf('-----BEGIN CERTIFICATE-----');
    if (start < 0) return 'the one there was is damaged';
    return { key: text.slice(0, start), certificate: text.slice(start) };
  } catch (error) {
    const isFirst = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isFirst ? 'there was none' : `the one there was cannot be read: ${reasonOf(error)}`;
  }
}

function whyAnew(
  kept: TlsCertificate,
  fresh: TlsCertificate,
  { names, now }: CertificateOptions,
): string | undefined {
  const certificate = readX509(kept.certificate);
  if (certificate === undefined) return 'the one there was is damaged';
  const daysLeft = (certificate.validToDate.getTime() - now) / 86_400_000;
  if (daysLeft < RENEW_DAYS) return `the last one ends in less than ${RENEW_DAYS} days`;
  // A name that no certificate can have is no reason: it would be one at every start.
  const never = namesMissing(new X509Certificate(fresh.certificate), names);
  const missing = namesMissing(certificate, names).filter((name) => !never.includes(name));
  return missing.length === 0 ? undefined : `the last one is not for ${missing.join(', ')}`;
}

/**
 * Phones that are told a domain ask for that one, and everybody who connects can read the names: then those of the
 * inside are left out.
 */
function ownNames(names: readonly string[]): readonly string[] {
  const hasDomain = names.some((name) => parseIp(name) === undefined);
  return hasDomain ? names : [...names, ...machineNames()];
}

/** What a phone on the same network may know this machine by. */
function machineNames(): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.startsWith('fe80:'));
  return [hostname(), 'localhost', ...addresses];
}

/** The system's words for it; none of them is from the file. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the system did not say why';
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'the user of the program may not open it';
  return code ?? error.message;
}
