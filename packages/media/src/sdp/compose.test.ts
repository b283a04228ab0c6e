import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { composeAnswer, composeOffer } from './compose.ts';
import { parseSdp } from './parse.ts';
import type { AudioFormat, LocalAudio, SessionDescription } from './types.ts';

const LOCAL: LocalAudio = {
  address: '203.0.113.5',
  port: 20_000,
  rtcpPort: 20_001,
  sessionId: '4711',
  version: 3,
};
const PCMU: AudioFormat = {
  payloadType: 0,
  codec: { name: 'PCMU', clockRate: 8_000, channels: 1 },
  parameters: '',
};
const OPUS: AudioFormat = {
  payloadType: 96,
  codec: { name: 'OPUS', clockRate: 48_000, channels: 2 },
  parameters: 'useinbandfec=1',
};
const KEY = { tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keySalt: new Uint8Array(30).fill(5) } as const;

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function parse(bytes: Uint8Array): SessionDescription {
  const result = parseSdp(bytes);
  assert.ok(result.ok, `${JSON.stringify(result)}\n${text(bytes)}`);
  return result.value;
}

test('an offer is as short as it can be', () => {
  const offer = composeOffer({
    local: LOCAL,
    formats: [OPUS, PCMU],
    direction: 'sendrecv',
    crypto: [],
    secureProfile: false,
    rtcpMux: true,
  });
  assert.equal(
    text(offer),
    [
      'v=0',
      'o=- 4711 3 IN IP4 203.0.113.5',
      's=-',
      'c=IN IP4 203.0.113.5',
      't=0 0',
      'm=audio 20000 RTP/AVP 96 0',
      'a=rtpmap:96 opus/48000/2',
      'a=fmtp:96 useinbandfec=1',
      'a=rtpmap:0 PCMU/8000',
      'a=rtcp-mux',
      'a=sendrecv',
      '',
    ].join('\r\n'),
  );
});

test('RFC 8643: keys go with RTP/AVP for SRTP if the peer can, with RTP/SAVP for SRTP or nothing', () => {
  const draft = {
    local: LOCAL,
    formats: [PCMU],
    direction: 'sendrecv',
    crypto: [KEY],
    rtcpMux: false,
  } as const;
  const opportunistic = parse(composeOffer({ ...draft, secureProfile: false }));
  assert.equal(opportunistic.audio?.secure, false);
  assert.deepEqual(opportunistic.audio?.crypto, [KEY]);
  assert.equal(parse(composeOffer({ ...draft, secureProfile: true })).audio?.secure, true);
  assert.throws(() => composeOffer({ ...draft, crypto: [], secureProfile: true }), /without keys/);
});

test('RFC 3264 6: an answer has as many m= lines in the same order, all but the audio refused', () => {
  const offer = parse(
    Buffer.from(
      [
        'v=0',
        'o=- 1 1 IN IP4 192.0.2.1',
        's=-',
        'c=IN IP4 192.0.2.1',
        't=0 0',
        'm=video 5000 RTP/AVP 99 98',
        'm=audio 4000 RTP/SAVPF 0',
        'm=image 6000 udptl t38',
        '',
      ].join('\r\n'),
    ),
  );
  const answer = composeAnswer({
    offer,
    local: LOCAL,
    formats: [PCMU],
    direction: 'recvonly',
    crypto: { ...KEY, tag: 4 },
    rtcpMux: false,
  });
  const lines = text(answer).split('\r\n');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('m=')),
    ['m=video 0 RTP/AVP 99 98', 'm=audio 20000 RTP/SAVPF 0', 'm=image 0 udptl t38'],
  );
  assert.equal(parse(answer).audio?.crypto[0]?.tag, 4);
  assert.equal(parse(answer).audio?.direction, 'recvonly');
});

test('an RTCP port that is not the one above is named', () => {
  const offer = composeOffer({
    local: { ...LOCAL, rtcpPort: 20_005, address: '2001:db8::5' },
    formats: [PCMU],
    direction: 'inactive',
    crypto: [],
    secureProfile: false,
    rtcpMux: false,
    ptimeMs: 30,
  });
  const audio = parse(offer).audio;
  assert.equal(audio?.rtcpPort, 20_005);
  assert.equal(audio?.address, '2001:db8::5');
  assert.equal(audio?.ptimeMs, 30);
});

test('what we write, we read as we meant it', () => {
  const formatArb = fc.record(
    {
      payloadType: fc.integer({ min: 96, max: 127 }),
      codec: fc.record(
        {
          name: fc.constantFrom('OPUS', 'TELEPHONE-EVENT', 'SPEEX', 'ILBC', 'G726-32', 'X.NEW'),
          clockRate: fc.constantFrom(8_000, 16_000, 48_000),
          channels: fc.constantFrom(1, 2),
        },
        { noNullPrototype: true },
      ),
      parameters: fc.constantFrom('', '0-15', 'mode=20;x=1'),
    },
    { noNullPrototype: true },
  );
  const formatsArb = fc.uniqueArray(formatArb, {
    minLength: 1,
    maxLength: 8,
    comparator: (a, b) =>
      a.payloadType === b.payloadType || JSON.stringify(a.codec) === JSON.stringify(b.codec),
  });
  fc.assert(
    fc.property(
      formatsArb,
      fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
      fc.integer({ min: 1_024, max: 65_534 }),
      fc.boolean(),
      (formats, direction, port, rtcpMux) => {
        const local = { ...LOCAL, port, rtcpPort: port + 1 };
        const audio = parse(
          composeOffer({ local, formats, direction, crypto: [KEY], secureProfile: true, rtcpMux }),
        ).audio;
        assert.deepEqual(audio, {
          address: LOCAL.address,
          port,
          rtcpPort: port + 1,
          rtcpMux,
          secure: true,
          formats,
          direction,
          crypto: [KEY],
          ptimeMs: undefined,
        });
      },
    ),
  );
});
