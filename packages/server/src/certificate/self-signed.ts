import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { type IpAddress, parseIp, type Random, type WallMs } from '@ringwall/base';
import type { TlsCertificate } from '@ringwall/net';
import { bitString, integer, objectId, octetString, sequence, set, tagged, time, utf8, yes } from './der.ts';

const DAY_MS = 86_400_000;
/** What browsers and phones still take from a certificate of no authority. */
const LIFETIME_DAYS = 825;
const MOST_NAMES = 128;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/**
 * Makes a certificate that signs itself: ECDSA P-256, valid from a day ago, since phones' clocks are wrong, for
 * 825 days.
 *
 * It is no authority (RFC 5280 4.2.1.9): a phone that trusts it trusts this PBX, and whoever steals its key cannot
 * sign for anybody else.
 *
 * @param names host names and addresses that it is for; what is neither is left out. The first is its subject.
 */
export function makeSelfSigned(names: readonly string[], now: WallMs, random: Random): TlsCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const altNames = [...new Map(names.map((name) => [name, altName(name)]))]
    .filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined)
    .slice(0, MOST_NAMES);
  const subject = distinguishedName(altNames[0]?.[0] ?? 'localhost');
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const serial = random.bytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40; // Positive, and as long as it looks.
  const toSign = sequence(
    tagged(0, 'constructed', integer(Uint8Array.of(2))), // Version 3.
    integer(serial),
    algorithm,
    subject,
    sequence(time(now - DAY_MS), time(now + LIFETIME_DAYS * DAY_MS)),
    subject,
    spki,
    tagged(3, 'constructed', sequence(...extensions(spki, altNames))),
  );
  const signature = sign('sha256', toSign, privateKey);
  return {
    certificate: pem('CERTIFICATE', sequence(toSign, algorithm, bitString(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function extensions(spki: Uint8Array, altNames: readonly (readonly [string, Uint8Array])[]): Uint8Array[] {
  const extension = (oid: string, critical: boolean, value: Uint8Array): Uint8Array =>
    critical
      ? sequence(objectId(oid), yes(), octetString(value))
      : sequence(objectId(oid), octetString(value));
  const keyId = createHash('sha256').update(spki).digest().subarray(0, 20); // RFC 7093 2, method 1.
  return [
    extension(OID.basicConstraints, true, sequence()),
    // No key usage: without certificate signing in it some libraries do not trust what signed itself.
    extension(OID.extendedKeyUsage, false, sequence(objectId(OID.serverAuth))),
    extension(OID.subjectKeyIdentifier, false, octetString(keyId)),
    ...(altNames.length === 0
      ? []
      : [extension(OID.subjectAltName, false, sequence(...altNames.map(([, encoded]) => encoded)))]),
  ];
}

/** The common name has at most 64 characters (RFC 5280 A.1); nobody matches against it any more. */
function distinguishedName(commonName: string): Uint8Array {
  return sequence(set(sequence(objectId(OID.commonName), utf8(commonName.slice(0, 64)))));
}

/** RFC 5280 4.2.1.6: `[2]` for a host name, `[7]` for an address. */
function altName(name: string): Uint8Array | undefined {
  const ip = parseIp(name);
  if (ip !== undefined) return tagged(7, 'primitive', addressBytes(ip));
  const ascii = domainToASCII(name);
  return isHostName(ascii) ? tagged(2, 'primitive', Buffer.from(ascii, 'latin1')) : undefined;
}

function isHostName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= 253 &&
    text.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  );
}

function addressBytes({ family, bits }: IpAddress): Uint8Array {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  let rest = bits;
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
