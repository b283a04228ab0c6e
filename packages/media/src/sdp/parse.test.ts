import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSdp } from './parse.ts';
import type { RemoteAudio, SessionDescription } from './types.ts';

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

const HEAD = ['v=0', 'o=- 20518 7 IN IP4 192.0.2.10', 's=-', 'c=IN IP4 192.0.2.10', 't=0 0'];

function read(...lines: readonly string[]): SessionDescription {
  const result = parseSdp(bytes(`${[...HEAD, ...lines].join('\r\n')}\r\n`));
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function readAudio(...lines: readonly string[]): RemoteAudio {
  const { audio } = read(...lines);
  assert.ok(audio !== undefined);
  return audio;
}

function failure(text: string): string {
  const result = parseSdp(bytes(text));
  return result.ok ? 'ok' : result.error.code;
}

test('reads what a desk phone offers', () => {
  const audio = readAudio(
    'm=audio 11780 RTP/SAVP 9 0 8 18 101',
    'a=rtpmap:9 G722/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:18 G729/8000',
    'a=fmtp:18 annexb=no',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.alloc(30, 7).toString('base64')}|2^31`,
    'a=ptime:20',
    'a=sendrecv',
  );
  assert.deepEqual(audio, {
    address: '192.0.2.10',
    port: 11_780,
    rtcpPort: 11_781,
    rtcpMux: false,
    secure: true,
    formats: [
      { payloadType: 9, codec: { name: 'G722', clockRate: 8_000, channels: 1 }, parameters: '' },
      { payloadType: 0, codec: { name: 'PCMU', clockRate: 8_000, channels: 1 }, parameters: '' },
      { payloadType: 8, codec: { name: 'PCMA', clockRate: 8_000, channels: 1 }, parameters: '' },
      { payloadType: 18, codec: { name: 'G729', clockRate: 8_000, channels: 1 }, parameters: 'annexb=no' },
      {
        payloadType: 101,
        codec: { name: 'TELEPHONE-EVENT', clockRate: 8_000, channels: 1 },
        parameters: '0-15',
      },
    ],
    direction: 'sendrecv',
    crypto: [{ tag: 1, suite: 'AES_CM_128_HMAC_SHA1_80', keySalt: new Uint8Array(30).fill(7) }],
    ptimeMs: 20,
  });
});

test('RFC 3551: static payload types need no rtpmap', () => {
  const names = readAudio('m=audio 4000 RTP/AVP 0 8 9 18 13 3').formats.map((format) => format.codec.name);
  assert.deepEqual(names, ['PCMU', 'PCMA', 'G722', 'G729', 'CN', 'GSM']);
});

test('a dynamic payload type without rtpmap is passed over', () => {
  const types = readAudio('m=audio 4000 RTP/AVP 97 0').formats.map((format) => format.payloadType);
  assert.deepEqual(types, [0]);
});

test('channels are read, and a codec that we have never heard of passes', () => {
  const formats = readAudio(
    'm=audio 4000 RTP/AVP 96 97',
    'a=rtpmap:96 opus/48000/2',
    'a=fmtp:96 useinbandfec=1',
    'a=rtpmap:97 x-new/16000',
  ).formats;
  assert.deepEqual(
    formats.map(({ codec }) => codec),
    [
      { name: 'OPUS', clockRate: 48_000, channels: 2 },
      { name: 'X-NEW', clockRate: 16_000, channels: 1 },
    ],
  );
  assert.equal(formats[0]?.parameters, 'useinbandfec=1');
});

test('direction and c= of the session hold where the media says nothing, and not where it does', () => {
  assert.equal(readAudio('a=sendonly', 'm=audio 4000 RTP/AVP 0').direction, 'sendonly');
  assert.equal(readAudio('a=sendonly', 'm=audio 4000 RTP/AVP 0', 'a=inactive').direction, 'inactive');
  const audio = readAudio('m=audio 4000 RTP/AVP 0', 'c=IN IP6 2001:db8::7');
  assert.equal(audio.address, '2001:db8::7');
});

test('c=0.0.0.0 reads as hold', () => {
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0').direction, 'sendonly');
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0', 'c=IN IP4 0.0.0.0', 'a=recvonly').direction, 'inactive');
});

test('port 0, a group address, a name, another profile and no format make audio unusable', () => {
  for (const lines of [
    ['m=audio 0 RTP/AVP 0'],
    ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 239.1.2.3/127'],
    ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 239.1.2.3'],
    ['m=audio 4000 RTP/AVP 0', 'c=IN IP6 ff02::1'],
    ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 255.255.255.255'],
    ['m=audio 4000 RTP/AVP 0', 'c=IN IP4 phone.example'],
    ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2'],
    ['m=audio 4000 RTP/AVP 97'],
    ['m=video 4000 RTP/AVP 0'],
  ]) {
    assert.equal(read(...lines).audio, undefined, lines.join(' '));
  }
});

test('the first usable audio is taken, and every m= line is kept in order for the answer', () => {
  const description = read(
    'm=video 5000 RTP/AVP 99',
    'a=rtpmap:99 H264/90000',
    'm=audio 0 RTP/AVP 0',
    'm=audio 4002 RTP/AVP 8',
    'm=audio 4004 RTP/AVP 0',
    'm=application 7000 UDP/BFCP *',
  );
  assert.equal(description.audio?.port, 4_002);
  assert.deepEqual(
    description.lines.map((line) => [line.media, line.protocol, line.formats, line.isAudio]),
    [
      ['video', 'RTP/AVP', '99', false],
      ['audio', 'RTP/AVP', '0', false],
      ['audio', 'RTP/AVP', '8', true],
      ['audio', 'RTP/AVP', '0', false],
      ['application', 'UDP/BFCP', '*', false],
    ],
  );
});

test('RTCP: the port above, a=rtcp, and rtcp-mux', () => {
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0').rtcpPort, 4_001);
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0', 'a=rtcp:4100 IN IP4 192.0.2.10').rtcpPort, 4_100);
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0', 'a=rtcp-mux').rtcpMux, true);
});

test('lines may end in LF alone; NUL, a bare CR and empty lines in the middle are refused', () => {
  const lines = [...HEAD, 'm=audio 4000 RTP/AVP 0'];
  assert.equal(failure(`${lines.join('\n')}\n`), 'ok');
  assert.equal(failure(lines.join('\r\n')), 'ok');
  assert.equal(failure(`${lines.join('\r\n')}\r\n\r\n`), 'ok');
  assert.equal(failure(lines.join('\r')), 'SDP_SYNTAX');
  assert.equal(failure(lines.join('\r\n').replace('s=-', 's=\0')), 'SDP_SYNTAX');
  assert.equal(failure(lines.join('\r\n').replace('s=-\r\n', '\r\n')), 'SDP_SYNTAX');
});

test('malformed lines are refused with the line', () => {
  for (const [bad, line] of [
    ['m=audio 65536 RTP/AVP 0', 6],
    ['m=audio -1 RTP/AVP 0', 6],
    ['m=audio 4000 RTP/AVP', 6],
    ['m=audio 4000 RTP/AVP 128', 6],
    ['m=audio 4000 RTP/AVP x', 6],
    ['M=audio 4000 RTP/AVP 0', 6],
    ['m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU', 7],
    ['m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/0', 7],
    ['m=audio 4000 RTP/AVP 0\r\na=rtcp:70000', 7],
  ] as const) {
    const result = parseSdp(bytes([...HEAD, bad].join('\r\n')));
    assert.ok(!result.ok && result.error.code === 'SDP_SYNTAX', bad);
    assert.equal(result.error.line, line, bad);
  }
  assert.equal(failure('o=- 1 1 IN IP4 192.0.2.1\r\nv=0\r\n'), 'SDP_SYNTAX');
  assert.equal(failure('v=0\r\ns=-\r\n'), 'SDP_SYNTAX');
  assert.equal(failure(''), 'SDP_SYNTAX');
});

test('what is too much is refused before it is worked on', () => {
  const start = `${HEAD.join('\r\n')}\r\n`;
  const audio = 'm=audio 4000 RTP/AVP 0\r\n';
  assert.equal(failure(start + 'a=x\r\n'.repeat(3_400)), 'SDP_LIMIT');
  assert.equal(failure(start + 'a=x\r\n'.repeat(600)), 'SDP_LIMIT');
  assert.equal(failure(`${start}a=${'x'.repeat(2_048)}\r\n`), 'SDP_LIMIT');
  assert.equal(failure(start + audio.repeat(9)), 'SDP_LIMIT');
  assert.equal(failure(`${start}m=audio 4000 RTP/AVP${' 0'.repeat(65)}\r\n`), 'SDP_LIMIT');
  assert.equal(failure(start + audio + 'a=crypto:1 X inline:x\r\n'.repeat(17)), 'SDP_LIMIT');
  assert.equal(failure(start + audio.repeat(8)), 'ok');
});

test('parameters with bytes that are not printable are not kept, since they go to the other party', () => {
  assert.equal(readAudio('m=audio 4000 RTP/AVP 0', 'a=fmtp:0 a\x07b').formats[0]?.parameters, '');
});

test('any bytes give a value, never a throw', () => {
  const piece = fc.oneof(
    fc.constantFrom(...HEAD, 'm=audio 4000 RTP/AVP 0 96', 'a=rtpmap:96 opus/48000/2', 'a=sendonly', ''),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ maxLength: 30 }).map((text) => `a=${text}`),
    fc.string({ maxLength: 30 }).map((text) => `a=crypto:${text}`),
    fc.string({ maxLength: 30 }).map((text) => `m=${text}`),
  );
  const document = fc.tuple(fc.array(piece, { maxLength: 30 }), fc.constantFrom('\r\n', '\n', '\r'));
  fc.assert(
    fc.property(document, ([lines, end]) => {
      const result = parseSdp(bytes([...HEAD, ...lines].join(end)));
      assert.equal(typeof result.ok, 'boolean');
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      assert.equal(typeof parseSdp(noise).ok, 'boolean');
    }),
  );
});

test('the time to read grows with the length alone', () => {
  const audio = [...HEAD, 'm=audio 4000 RTP/AVP 0', ''].join('\r\n');
  const attacks = [
    `a=fmtp:0 ${' '.repeat(1_900)}\x80\r\n`,
    `a=rtpmap:0 ${'/'.repeat(1_900)}\r\n`,
    `a=crypto:1 ${' '.repeat(1_900)}x\r\n`,
    `o=${' '.repeat(1_900)}\r\n`,
    `c=IN IP4 ${':'.repeat(1_900)}\r\n`,
  ];
  for (const attack of attacks) {
    const start = process.cpuUsage();
    for (let i = 0; i < 20; i++) parseSdp(bytes(audio + attack.repeat(7)));
    const { user } = process.cpuUsage(start);
    assert.ok(user < 400_000, `${user / 20} µs for ${JSON.stringify(attack.slice(0, 12))}`);
  }
});
