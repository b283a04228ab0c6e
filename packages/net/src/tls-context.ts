import { constants } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import { err, ok, type Result } from '@ringwall/base';
import type { ListenError } from './listen-error.ts';

/** A certificate with its chain, and its private key, both as PEM. */
export interface TlsCertificate {
  readonly certificate: string;
  readonly key: string;
}

const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** The same for connections that we make; whoever has no good certificate is not talked to. */
export const CLIENT_TLS = {
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
  rejectUnauthorized: true,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;

/**
 * TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only; no renegotiation; no session tickets,
 * whose one key would open every past connection of this run to whoever gets it (RFC 9325 3.1, 3.4, 4.1, 4.2).
 */
export function tlsOptions(certificate: TlsCertificate): SecureContextOptions {
  return {
    cert: certificate.certificate,
    key: certificate.key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_TICKET,
  };
}

/** Tries a certificate before a running listener is given it. */
export function checkCertificate(certificate: TlsCertificate): Result<SecureContextOptions, ListenError> {
  const options = tlsOptions(certificate);
  try {
    createSecureContext(options);
    return ok(options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown';
    return err({
      code: 'CERTIFICATE_UNUSABLE',
      text: `The TLS certificate and its key cannot be used (${why}). Both must be PEM files, and the key must be the one that the certificate was made for.`,
    });
  }
}
