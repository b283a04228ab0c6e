import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  integer,
  objectId,
  octetString,
  sequence,
  set,
  tagged,
  time,
  utf8,
  yes,
} from '../../packages/server/src/certificate/der.ts';

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const [BASIC_CONSTRAINTS, SUBJECT_ALT_NAME] = ['2.5.29.19', '2.5.29.17'];

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** A CA as a provider has one of its own: in no list of anybody's. */
export class Authority {
  /** PEM of its own certificate. */
  readonly pem: string;
  readonly #name: string;
  readonly #key: KeyObject;

  constructor(name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#name = name;
    this.#key = privateKey;
    const isAuthority = sequence(objectId(BASIC_CONSTRAINTS), yes(), octetString(sequence(yes())));
    this.pem = this.#sign(name, publicKey, 30, isAuthority);
  }

  /**
   * A certificate for a server.
   *
   * @param altName an IPv4 address, or a URI such as `sip:provider.example`.
   * @param daysLeft until its end; below 0 it is over.
   */
  certify(altName: string, daysLeft = 30): Pair {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encoded = altName.includes(':')
      ? tagged(6, 'primitive', Buffer.from(altName, 'latin1'))
      : tagged(7, 'primitive', Uint8Array.from(altName.split('.'), Number));
    const names = sequence(objectId(SUBJECT_ALT_NAME), octetString(sequence(encoded)));
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return { certificate: this.#sign('A server', publicKey, daysLeft, names), key };
  }

  #sign(subject: string, publicKey: KeyObject, daysLeft: number, extension: Uint8Array): string {
    const until = Date.now() + daysLeft * DAY_MS;
    const toSign = sequence(
      tagged(0, 'constructed', integer(Uint8Array.of(2))), // Version 3.
      integer(Uint8Array.of(0x40, ...randomBytes(8))),
      ECDSA_WITH_SHA256,
      commonName(this.#name),
      sequence(time(until - 60 * DAY_MS), time(until)),
      commonName(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(3, 'constructed', sequence(extension)),
    );
    const der = sequence(toSign, ECDSA_WITH_SHA256, bitString(sign('sha256', toSign, this.#key)));
    const lines =
      Buffer.from(der)
        .toString('base64')
        .match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

function commonName(name: string): Uint8Array {
  return sequence(set(sequence(objectId('2.5.4.3'), utf8(name))));
}
