/** All that SIP has, and one that it has not. */
export const METHODS = [
  'REGISTER',
  'INVITE',
  'OPTIONS',
  'MESSAGE',
  'SUBSCRIBE',
  'PUBLISH',
  'BYE',
  'CANCEL',
  'UPDATE',
  'PRACK',
  'INFO',
  'REFER',
  'NOTIFY',
  'ACK',
  'HACK',
];
/** There is no transaction to cancel, and an ACK is never answered. */
export const NEVER_ANSWERED = new Set(['ACK', 'CANCEL']);

/** A request as an attacker writes it. Every `id` has the same length, so that requests differ in it alone. */
export interface Request {
  readonly method: string;
  readonly user: string;
  /** What the request line and the addresses name. */
  readonly host: string;
  readonly id: string;
  /** What the Via says of where to answer; it is not where answers go. */
  readonly sentBy: string;
  /** After the sent-by, such as `;rport`. */
  readonly viaParams?: string;
  readonly transport?: 'UDP' | 'TCP';
  readonly extra?: readonly string[];
}

/** The request line's URI: a registrar is named without a user (RFC 3261 10.2). */
export function targetOf({ method, user, host }: Pick<Request, 'method' | 'user' | 'host'>): string {
  return method === 'REGISTER' ? `sip:${host}` : `sip:${user}@${host}`;
}

export function requestText(request: Request): string {
  const { method, user, host, id, sentBy, viaParams = ';rport', transport = 'UDP', extra = [] } = request;
  return [
    `${method} ${targetOf(request)} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${sentBy};branch=z9hG4bK${id}${viaParams}`,
    'Max-Forwards: 70',
    `From: <sip:${user}@${host}>;tag=from${id}`,
    `To: <sip:${user}@${host}>`,
    `Call-ID: call${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:${user}@${sentBy}>`,
    ...extra,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

let drawn = 0;

/** A request ready to be sent from an address and port, with an id that no other one of this process has. */
export function requestFrom<Fields extends Pick<Request, 'method' | 'user' | 'host' | 'extra'>>(
  from: { readonly address: string; readonly port: number },
  fields: Fields,
) {
  const id = String(++drawn).padStart(8, '0');
  const sentBy = `${from.address}:${from.port}`;
  return { ...fields, from, id, text: requestText({ ...fields, id, sentBy }) };
}

/**
 * An answer in which everything is blotted out that differs by chance (nonce, tag) or because the request did (id,
 * user, port). The lengths stay. What is left of two answers differs only if the answering side made a difference.
 */
export function masked(answer: string, { id, user }: Pick<Request, 'id' | 'user'>): string {
  return answer
    .replaceAll(/nonce="[^"]*"/g, (nonce) => `nonce="${'x'.repeat(nonce.length)}"`)
    .replaceAll(/;tag=(?!from)[^;\r\n]+/g, (tag) => `;tag=${'x'.repeat(tag.length)}`)
    .replaceAll(id, '#'.repeat(id.length))
    .replaceAll(`sip:${user}@`, `sip:${'#'.repeat(user.length)}@`)
    .replaceAll(/(;rport=|:)\d{5}(?=;)/g, '$1#####');
}
