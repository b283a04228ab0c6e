const CRLF = '\r\n';

function message(lines: readonly string[], body = ''): Uint8Array {
  return Buffer.from([...lines, `Content-Length: ${body.length}`, '', body].join(CRLF));
}

const SDP = [
  'v=0',
  'o=- 3745829340 3745829340 IN IP4 192.168.1.20',
  's=call',
  'c=IN IP4 192.168.1.20',
  't=0 0',
  'm=audio 11780 RTP/AVP 9 8 0 18 101',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:18 G729/8000',
  'a=fmtp:18 annexb=no',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join(CRLF);

const PHONE = 'User-Agent: ExamplePhone T48 108.86.0.20 80:5e:c0:00:00:01';
const ALLOW =
  'Allow: INVITE, INFO, PRACK, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REGISTER, SUBSCRIBE, REFER, PUBLISH, UPDATE, MESSAGE';
const AUTHORIZATION =
  'Authorization: Digest username="kD82hsQm4z", realm="pbx.example.com", nonce="1732241234:5f3c6a7b8c9d0e1f2a3b4c5d6e7f8091", ' +
  'uri="sip:pbx.example.com", response="6629fae49393a05397450978507c4ef1", algorithm=MD5, cnonce="0a4f113b", qop=auth, nc=00000001';

/** Messages as desk phones send them, by name. */
export const SAMPLES: ReadonlyMap<string, Uint8Array> = new Map([
  [
    'REGISTER without credentials',
    message([
      'REGISTER sip:pbx.example.com SIP/2.0',
      'Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK2143920571;rport',
      'From: "Anna Lee" <sip:101@pbx.example.com>;tag=1583427310',
      'To: "Anna Lee" <sip:101@pbx.example.com>',
      'Call-ID: 0_2482917305@192.168.1.20',
      'CSeq: 1 REGISTER',
      'Contact: <sip:101@192.168.1.20:5060;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-805ec0000001>"',
      ALLOW,
      'Max-Forwards: 70',
      PHONE,
      'Expires: 3600',
      'Allow-Events: talk,hold,conference,refer,check-sync',
    ]),
  ],
  [
    'REGISTER with digest',
    message([
      'REGISTER sip:pbx.example.com SIP/2.0',
      'Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK2143920572;rport',
      'From: "Anna Lee" <sip:101@pbx.example.com>;tag=1583427310',
      'To: "Anna Lee" <sip:101@pbx.example.com>',
      'Call-ID: 0_2482917305@192.168.1.20',
      'CSeq: 2 REGISTER',
      'Contact: <sip:101@192.168.1.20:5060;ob>;reg-id=1;+sip.instance="<urn:uuid:00000000-0000-1000-8000-805ec0000001>"',
      AUTHORIZATION,
      'Max-Forwards: 70',
      PHONE,
      'Expires: 3600',
    ]),
  ],
  [
    'INVITE with SDP',
    message(
      [
        'INVITE sip:102@pbx.example.com SIP/2.0',
        'Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK4009143187;rport',
        'From: "Anna Lee" <sip:101@pbx.example.com>;tag=2964512300',
        'To: <sip:102@pbx.example.com>',
        'Call-ID: 0_1183345670@192.168.1.20',
        'CSeq: 2 INVITE',
        'Contact: <sip:101@192.168.1.20:5060>',
        AUTHORIZATION,
        'Content-Type: application/sdp',
        ALLOW,
        'Max-Forwards: 70',
        PHONE,
        'Supported: replaces, 100rel, timer',
        'Session-Expires: 1800;refresher=uac',
        'Allow-Events: talk,hold,conference,refer,check-sync',
      ],
      SDP,
    ),
  ],
  [
    '200 to INVITE',
    message(
      [
        'SIP/2.0 200 OK',
        'Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK7d1e3a1b90',
        'From: "Anna Lee" <sip:101@pbx.example.com>;tag=as2964512300',
        'To: <sip:102@pbx.example.com>;tag=771209434',
        'Call-ID: 5c1183345670ab34@pbx.example.com',
        'CSeq: 1 INVITE',
        'Contact: <sip:102@192.168.1.21:5060>',
        'Content-Type: application/sdp',
        PHONE,
        'Supported: replaces',
      ],
      SDP,
    ),
  ],
  [
    'OPTIONS, compact forms',
    message([
      'OPTIONS sip:pbx.example.com SIP/2.0',
      'v: SIP/2.0/TCP 192.168.1.20:5060;branch=z9hG4bK40091431aa;rport',
      'f: <sip:101@pbx.example.com>;tag=2964512300',
      't: <sip:pbx.example.com>',
      'i: 0_1183345670@192.168.1.20',
      'CSeq: 2 OPTIONS',
      'm: <sip:101@192.168.1.20:5060>',
      'Max-Forwards: 70',
    ]),
  ],
]);
