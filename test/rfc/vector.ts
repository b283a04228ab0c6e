/** A message that an RFC gives to test with. */
export interface Vector {
  /** As the RFC calls it. */
  readonly name: string;
  readonly section: string;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of a message that is written as the RFC prints it: each line ends in CRLF, non-ASCII is UTF-8, and the
 * line break behind the opening quote does not count.
 */
export function message(text: string): Buffer {
  return Buffer.from(text.replace(/^\n/, '').replaceAll('\n', '\r\n'), 'utf8');
}

/** The session description that most of these messages carry: 150 bytes and as many more as the addresses are longer. */
export function sdp(origin: string, connection = origin, time = '0 0'): string {
  return `v=0
o=mhandley 29739 7272939 IN IP4 ${origin}
s=-
c=IN IP4 ${connection}
t=${time}
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
`;
}
