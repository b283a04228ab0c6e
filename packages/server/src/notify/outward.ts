import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import {
  type Cidr,
  cidrContains,
  err,
  inNetworks,
  ok,
  parseCidr,
  parseIp,
  type Result,
} from '@ringwall/base';

/** Where our own requests may go. */
export interface OutwardPolicy {
  readonly allowHttp: boolean;
  /** Networks of the administrator's own that may be reached although they are not on the internet. */
  readonly networks: readonly Cidr[];
}

export interface OutwardRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** A longer answer is cut off there, and is a failure. */
  readonly mostBytes: number;
  /** For all of it, from the resolver to the last byte. */
  readonly timeoutMs: number;
}

export interface OutwardAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface OutwardParts {
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** For servers of the test's own. */
  readonly ca?: string;
}

/**
 * What is not on the internet (RFC 6890 and its registries): our own machine, private and link-local networks, where
 * clouds keep their metadata (Azure's is at 168.63.129.16), multicast, and ways to write an IPv4 address in IPv6 (`::ffff:…` is read as IPv4 to begin with).
 */
const NOT_PUBLIC: readonly Cidr[] = [
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ['168.63.129.16/32', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ['::/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32'],
  ['2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]
  .flat()
  .flatMap((text) => {
    const network = parseCidr(text);
    return network.ok ? [network.value] : [];
  });

/** May we connect there? */
export function mayReach(address: string, { networks }: OutwardPolicy): boolean {
  const ip = parseIp(address);
  if (ip === undefined) return false;
  return inNetworks(networks, address) || !NOT_PUBLIC.some((network) => cidrContains(network, ip));
}

/**
 * A request of ours to an address that an administrator, or whoever got into his place, has named. It cannot be used to
 * reach what stands behind us: the name is resolved once, each address is looked at, the connection goes to that very
 * address, and a redirection is an answer like any other.
 *
 * @returns the answer, or in words why there is none; the address itself is in neither. Never rejects.
 */
export async function outward(
  asked: OutwardRequest,
  policy: OutwardPolicy,
  parts: OutwardParts = {},
): Promise<Result<OutwardAnswer, string>> {
  const url = new URL(asked.url);
  if (url.protocol !== 'https:' && !policy.allowHttp) {
    return err('It is no https:// address, and notify.allowHttp is off');
  }
  const until = AbortSignal.timeout(asked.timeoutMs);
  try {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = parseIp(host) === undefined ? await raced(resolve(host, parts), until) : [host];
    const address = addresses.find((each) => mayReach(each, policy));
    if (address === undefined) {
      return err(
        addresses.length === 0
          ? 'Its name has no address'
          : 'It leads to an address that is not on the internet, and not in notify.webhookNetworks',
      );
    }
    return await exchange(url, address, asked, until, parts);
  } catch (error) {
    return err(until.aborted ? `It took longer than ${asked.timeoutMs / 1_000} s` : reasonOf(error));
  }
}

async function resolve(host: string, { resolve: own }: OutwardParts): Promise<readonly string[]> {
  if (own !== undefined) return own(host);
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

async function raced<Value>(wanted: Promise<Value>, until: AbortSignal): Promise<Value> {
  return Promise.race([
    wanted,
    new Promise<never>((_, reject) => until.addEventListener('abort', () => reject(new Error('late')))),
  ]);
}

function exchange(
  url: URL,
  address: string,
  { method, headers, body, mostBytes }: OutwardRequest,
  signal: AbortSignal,
  { ca }: OutwardParts,
): Promise<Result<OutwardAnswer, string>> {
  const family = address.includes(':') ? 6 : 4;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolved, rejected) => {
    const request = send(
      url,
      {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': body.length }) },
        signal,
        agent: false,
        ...(ca === undefined ? {} : { ca }),
        // The address that was looked at, and no other that the name leads to by now.
        lookup: (_host, options, callback) => {
          if (options.all) callback(null, [{ address, family }]);
          else callback(null, address, family);
        },
      },
      (response) => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        response.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes > mostBytes) {
            resolved(err(`It answers with more than ${mostBytes} bytes`));
            request.destroy();
          } else pieces.push(piece);
        });
        response.on('end', () =>
          resolved(
            ok({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(pieces),
            }),
          ),
        );
        response.on('error', rejected);
      },
    );
    request.on('error', rejected);
    request.end(body);
  });
}

/** Our own words for what the system says: a message of Node's holds addresses. */
function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Its name cannot be resolved';
    case 'ECONNREFUSED':
      return 'Nobody listens there';
    case 'CERT_HAS_EXPIRED':
      return 'Its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Its certificate is for another name';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'Its certificate is signed by nobody whom this machine knows';
    default:
      return code === undefined ? 'The connection failed' : `The connection failed (${code})`;
  }
}
