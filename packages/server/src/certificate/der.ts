// Writes DER (ITU-T X.690), as far as one kind of certificate needs it. Reading is left to the runtime.

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: its tag, its length in the shortest form, its content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag, ...lengthBytes(bytes.length)), bytes]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 + bytes.length, ...bytes];
}

export function sequence(...content: readonly Uint8Array[]): Uint8Array {
  return element(TAG.sequence, ...content);
}

export function set(...content: readonly Uint8Array[]): Uint8Array {
  return element(TAG.set, ...content);
}

/** `[number]` with the content as it is (primitive) or around whole elements (constructed). */
export function tagged(number: number, form: 'primitive' | 'constructed', content: Uint8Array): Uint8Array {
  return element((form === 'primitive' ? 0x80 : 0xa0) + number, content);
}

/** A number that is not negative, from its bytes, most significant first. */
export function integer(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const shortest = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  const needsZero = (shortest[0] as number) >= 0x80;
  return element(TAG.integer, needsZero ? Uint8Array.of(0) : new Uint8Array(0), shortest);
}

export function yes(): Uint8Array {
  return element(TAG.boolean, Uint8Array.of(0xff));
}

export function utf8(text: string): Uint8Array {
  return element(TAG.utf8, Buffer.from(text, 'utf8'));
}

export function octetString(content: Uint8Array): Uint8Array {
  return element(TAG.octetString, content);
}

/** Of whole bytes. */
export function bitString(content: Uint8Array): Uint8Array {
  return element(TAG.bitString, Uint8Array.of(0), content);
}

/** From the dotted form. */
export function objectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(TAG.objectId, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(number: number): number[] {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift(0x80 + (rest % 128));
  }
  return bytes;
}

/** RFC 5280 4.1.2.5: two digits of the year until 2049, four from then on. In whole seconds, UTC. */
export function time(wallMs: number): Uint8Array {
  const digits = new Date(wallMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  const year = Number(digits.slice(0, 4));
  return year >= 1950 && year < 2050
    ? element(TAG.utcTime, Buffer.from(digits.slice(2)))
    : element(TAG.generalizedTime, Buffer.from(digits));
}
