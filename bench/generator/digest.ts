import { hash } from 'node:crypto';

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string;
}

const CHALLENGE = /^(?:WWW|Proxy)-Authenticate:\s*Digest\s+(.*)$/gim;

function parameter(text: string, name: string): string {
  return new RegExp(`(?:^|[,\\s])${name}="?([^",]*)`, 'i').exec(text)?.[1] ?? '';
}

/** The first challenge of a response that asks for MD5; a server may also ask for better. */
export function md5Challenge(response: string): Challenge | undefined {
  for (const [, text = ''] of response.matchAll(CHALLENGE)) {
    const algorithm = parameter(text, 'algorithm');
    if (algorithm !== '' && algorithm.toUpperCase() !== 'MD5') continue;
    return {
      realm: parameter(text, 'realm'),
      nonce: parameter(text, 'nonce'),
      opaque: parameter(text, 'opaque'),
    };
  }
  return undefined;
}

/** What a user knows; the hash that does not change is kept. */
export class Credentials {
  readonly user: string;
  readonly #password: string;
  #realm = '';
  #ha1 = '';

  constructor(user: string, password: string) {
    this.user = user;
    this.#password = password;
  }

  /** The Authorization header field, with `qop=auth` (RFC 7616 3.4). */
  authorization(challenge: Challenge, method: string, uri: string): string {
    if (challenge.realm !== this.#realm) {
      this.#realm = challenge.realm;
      this.#ha1 = hash('md5', `${this.user}:${challenge.realm}:${this.#password}`);
    }
    const ha2 = digestOf(method, uri);
    const response = hash('md5', `${this.#ha1}:${challenge.nonce}:00000001:0a4f113b:auth:${ha2}`);
    const opaque = challenge.opaque === '' ? '' : `,opaque="${challenge.opaque}"`;
    return (
      `Authorization: Digest username="${this.user}",realm="${challenge.realm}",nonce="${challenge.nonce}",` +
      `uri="${uri}",response="${response}",algorithm=MD5,cnonce="0a4f113b",nc=00000001,qop=auth${opaque}\r\n`
    );
  }
}

const known = new Map<string, string>();

function digestOf(method: string, uri: string): string {
  const text = `${method}:${uri}`;
  let digest = known.get(text);
  if (digest === undefined) {
    digest = hash('md5', text);
    if (known.size < 20_000) known.set(text, digest);
  }
  return digest;
}
