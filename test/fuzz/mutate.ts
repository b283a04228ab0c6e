import type { Dice } from './dice.ts';

/** What has broken parsers before: separators, numbers at an edge, names, bytes with a meaning. */
const PIECES: readonly [string, ...string[]] = [
  ...([
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    '\r\n ',
    '\r\n\r\n',
    '"',
    '\\',
    '\\"',
    '<',
    '>',
    ',',
    ';',
    ':',
    '=',
  ] as const),
  ...[
    '@',
    '?',
    '&',
    '/',
    '%',
    '%00',
    '%0d%0a',
    '%2541',
    '[',
    ']',
    '[::1]',
    '*',
    '()',
    ';;',
    ',,',
    ': ',
    'é',
    '\xff',
    '\x7f',
  ],
  ...[
    '-1',
    '0',
    '255',
    '256',
    '65535',
    '65536',
    '2147483647',
    '2147483648',
    '4294967296',
    '18446744073709551616',
  ],
  ...[
    '1e9',
    '0x1',
    '9'.repeat(400),
    'SIP/2.0',
    'SIP/3.0',
    'sip:',
    'sips:',
    'tel:+1',
    'urn:x',
    'ACK',
    'INVITE',
    'CANCEL',
  ],
  ...[
    '\r\nVia: ',
    '\r\nv: SIP/2.0/UDP h;branch=z9hG4bK',
    '\r\nTo: <sip:x@h>',
    '\r\nContent-Length: 0',
    '\r\nl: 5',
    '\r\nm: *',
  ],
  ...[
    '\r\nContact: <sip:a@b>',
    '\r\nRoute: <sip:a;lr>,',
    '\r\nCSeq: 1 INVITE',
    '\r\nX-Y: z',
    ';tag=a',
    ';branch=z9hG4bK1',
  ],
  ...[
    ';rport',
    ';received=1.2.3.4',
    ';lr',
    ';expires=-1',
    ';q=0.5',
    '?Replaces=a',
    '__proto__',
    'constructor',
    'toString',
  ],
];

type Mutation = (bytes: Buffer, dice: Dice, other: Buffer) => Buffer;

function replace(bytes: Buffer, from: number, to: number, by: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}

/** Where to: anywhere, or next to a character that means something. */
function place(bytes: Buffer, dice: Dice): number {
  const anywhere = dice.below(bytes.length + 1);
  if (dice.below(2) === 0) return anywhere;
  const sign = dice.pick([0x0d, 0x3a, 0x3b, 0x2c, 0x22, 0x3c, 0x3e, 0x3d, 0x40, 0x20]);
  const found = bytes.indexOf(sign, anywhere);
  return found < 0 ? anywhere : found + dice.below(2);
}

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  function flipBit(bytes, dice) {
    const changed = Buffer.from(bytes);
    const at = dice.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << dice.below(8));
    return changed;
  },
  function setByte(bytes, dice) {
    const changed = Buffer.from(bytes);
    changed[dice.below(bytes.length)] = dice.below(256);
    return changed;
  },
  function insertPiece(bytes, dice) {
    const at = place(bytes, dice);
    return replace(bytes, at, at, Buffer.from(dice.pick(PIECES), 'latin1'));
  },
  function overwriteWithPiece(bytes, dice) {
    const at = place(bytes, dice);
    const piece = Buffer.from(dice.pick(PIECES), 'latin1');
    return replace(bytes, at, Math.min(bytes.length, at + dice.below(20)), piece);
  },
  function repeatPiece(bytes, dice) {
    const at = place(bytes, dice);
    const piece = dice.pick(PIECES).repeat(1 + dice.below(dice.pick([3, 30, 3_000])));
    return replace(bytes, at, at, Buffer.from(piece, 'latin1'));
  },
  function remove(bytes, dice) {
    const at = place(bytes, dice);
    return replace(bytes, at, Math.min(bytes.length, at + 1 + dice.below(30)), Buffer.alloc(0));
  },
  function repeatRange(bytes, dice) {
    const at = place(bytes, dice);
    const range = bytes.subarray(at, at + 1 + dice.below(80));
    return replace(bytes, at, at, Buffer.concat(Array<Buffer>(1 + dice.below(20)).fill(range)));
  },
  function cut(bytes, dice) {
    return bytes.subarray(0, 1 + dice.below(bytes.length));
  },
  function cross(bytes, dice, other) {
    return replace(bytes, place(bytes, dice), bytes.length, other.subarray(place(other, dice)));
  },
  function swapCase(bytes, dice) {
    const changed = Buffer.from(bytes);
    const from = dice.below(bytes.length);
    for (let at = from; at < Math.min(bytes.length, from + 30); at++) {
      const byte = changed[at] ?? 0;
      if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) changed[at] = byte ^ 0x20;
    }
    return changed;
  },
];

/** One of `corpus`, changed in one to six places. */
export function mutant(corpus: readonly [Buffer, ...Buffer[]], dice: Dice): Buffer {
  let bytes = dice.pick(corpus);
  for (let changes = 1 + dice.below(6); changes > 0; changes--) {
    if (bytes.length === 0) return bytes;
    bytes = dice.pick(MUTATIONS)(bytes, dice, dice.pick(corpus));
  }
  return bytes.subarray(0, 80_000);
}
