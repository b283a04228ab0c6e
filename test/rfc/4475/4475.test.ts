import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatUri,
  Headers,
  parseAuthParams,
  parseContacts,
  parseMessage,
  parseTokenList,
  respondTo,
  type SipMessage,
  type SipRequest,
  serialiseRequest,
  serialiseResponse,
  STREAM_LIMITS,
  StreamFramer,
} from '@ringwall/sip';
import { INVALID } from './invalid.ts';
import { OUTCOMES } from './outcomes.ts';
import { SEMANTIC } from './semantic.ts';
import { VALID } from './valid.ts';

const ALL = [...VALID, ...INVALID, ...SEMANTIC];
const SOURCE = { address: '192.0.2.99', port: 5099 };

function parse(name: string): SipMessage {
  const vector = ALL.find((each) => each.name === name);
  assert.ok(vector);
  const parsed = parseMessage(vector.bytes);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.code);
  return parsed.value;
}

function request(name: string): SipRequest {
  const message = parse(name);
  assert.equal(message.kind, 'request');
  return message;
}

describe('RFC 4475', () => {
  test('has 49 messages, each with an outcome', () => {
    assert.equal(ALL.length, 49);
    assert.deepEqual(ALL.map((vector) => vector.name).sort(), Object.keys(OUTCOMES).sort());
  });

  for (const { name, section, bytes } of ALL) {
    const outcome = OUTCOMES[name];
    assert.ok(outcome);
    const { rfc, ours, because } = outcome;

    if (ours === 'parse') {
      test(`${section} ${name} is read, and reads the same when written again`, () => {
        assert.equal(rfc, 'parse');
        const first = parse(name);
        const [top = '', ...others] = first.headers.all('via');
        const headers = new Headers();
        for (const via of others) headers.append('via', via);
        for (const [field, value] of first.headers) if (field !== 'via') headers.append(field, value);
        const written =
          first.kind === 'request'
            ? serialiseRequest({ ...first, uri: formatUri(first.uri), headers }, top)
            : serialiseResponse(first);
        const second = parseMessage(written);
        assert.ok(second.ok, second.ok ? '' : `${second.error.code} ${written.toString()}`);
        const { headers: firstHeaders, ...firstRest } = first;
        const { headers: secondHeaders, ...secondRest } = second.value;
        assert.deepEqual(secondRest, firstRest);
        for (const [field] of firstHeaders) {
          if (field === 'content-length') continue;
          assert.deepEqual(secondHeaders.all(field), firstHeaders.all(field));
        }
      });
      continue;
    }

    const [code, status] = ours;
    const same = rfc === (status ?? 'drop');
    test(`${section} ${name} is ${status === undefined ? 'dropped' : `answered ${status}`}: ${code}`, () => {
      assert.equal(because === undefined, same, 'a difference needs its reason');
      const parsed = parseMessage(bytes);
      assert.ok(!parsed.ok);
      assert.equal(parsed.error.code, code);
      const { answer } = parsed.error;
      assert.equal(answer?.status, status);
      if (answer === undefined) return;
      const written = serialiseResponse(
        respondTo(answer, answer.status, { source: SOURCE, toTag: 'x' }),
      ).toString();
      assert.match(written, new RegExp(`^SIP/2\\.0 ${status} `));
      assert.match(written, /;received=192\.0\.2\.99\r\n/);
      assert.match(written, /\r\nTo: .*;tag=/);
    });
  }

  test('3.1.1.1 wsinv: folding, spaces, compact names and leading zeros do not change the meaning', () => {
    const { uri, to, from, cseq, via, maxForwards, headers, body } = request('wsinv');
    assert.equal(formatUri(uri), 'sip:vivekg@chair-dnrc.example.com;unknownparam');
    assert.equal(to.params.get('tag'), '1918181833n');
    assert.equal(from.displayName, 'J Rosenberg \\"');
    assert.equal(from.params.get('tag'), '98asjd8');
    assert.deepEqual(cseq, { number: 9, method: 'INVITE' });
    assert.equal(maxForwards, 68);
    assert.equal(via.host, '192.0.2.2');
    assert.equal(via.branch, '390skdjuw');
    assert.equal(headers.all('via').length, 3);
    assert.equal(headers.get('subject'), '');
    assert.equal(headers.get('newfangledheader'), 'newfangled value continued newfangled value');
    assert.equal(headers.get('unknownheaderwithunusualvalue'), ';;,,;;,;');
    const contacts = parseContacts(headers.all('contact'));
    assert.ok(Array.isArray(contacts));
    assert.equal(contacts[0]?.displayName, 'Quoted string ""');
    assert.equal(contacts[0]?.params.get('q'), '0.33');
    assert.equal(body.length, 150);
  });

  test('3.1.1.2 intmeth: all of it but the NUL is read', () => {
    const vector = VALID.find((each) => each.name === 'intmeth');
    assert.ok(vector);
    const parsed = parseMessage(Buffer.from(vector.bytes).map((byte) => (byte === 0 ? 0x30 : byte)));
    assert.ok(parsed.ok);
    const message = parsed.value;
    assert.equal(message.kind, 'request');
    assert.equal(message.method, "!interesting-Method0123456789_*+`.%indeed'~");
    assert.ok(message.uri.scheme === 'sip');
    assert.equal(message.uri.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    assert.equal(message.uri.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
    assert.equal(message.uri.host, 'example.com');
    assert.equal(message.to.displayName, 'BEL:\x07 NUL:0 DEL:\x7f');
    assert.equal(message.from.displayName, "token1~` token2'+_ token3*%!.-");
    assert.equal(message.from.params.get("fromparam''~+*_!.-%"), 'работающий');
    assert.equal(message.callId, 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
    assert.equal(message.headers.get("extensionheader-!.%*+_`'~"), '\ufeff大停電');
  });

  test('3.1.1.3 esc01: escapes are decoded once, and written again', () => {
    const { uri, to, from, headers } = request('esc01');
    assert.ok(uri.scheme === 'sip' && to.uri.scheme === 'sip' && from.uri.scheme === 'sip');
    assert.equal(uri.user, 'sips:user@example.com');
    assert.equal(formatUri(uri), 'sip:sips%3Auser%40example.com@example.net');
    assert.equal(to.uri.user, 'user');
    assert.equal(from.uri.user, 'I have spaces');
    const contacts = parseContacts(headers.all('contact'));
    assert.ok(Array.isArray(contacts) && contacts[0]?.uri.scheme === 'sip');
    assert.equal(contacts[0].uri.params.get('name'), 'value%41');
    assert.equal(contacts[0].uri.params.get('lr'), '');
  });

  test('3.1.1.4 escnull: an escaped NUL is part of the user, and cannot end it', () => {
    const { to, headers } = request('escnull');
    assert.ok(to.uri.scheme === 'sip');
    assert.equal(to.uri.user, 'null-\0-null');
    const contacts = parseContacts(headers.all('contact'));
    assert.ok(Array.isArray(contacts));
    assert.deepEqual(
      contacts.map(({ uri }) => (uri.scheme === 'sip' ? uri.user : '')),
      ['\0', '\0\0'],
    );
  });

  test('3.1.1.5 esc02: a % in a method or a header name is no escape', () => {
    const { method, headers, to } = request('esc02');
    assert.equal(method, 'RE%47IST%45R');
    assert.equal(to.displayName, '%Z%45');
    assert.equal(headers.all('contact').length, 2);
    assert.ok(headers.has('c%6fntact'));
  });

  test('3.1.1.6 lwsdisp: no space is needed between a display name and <', () => {
    assert.equal(request('lwsdisp').from.displayName, 'caller');
  });

  test('3.1.1.7 longreq: long values and 34 Via are no error', () => {
    const { headers, via } = request('longreq');
    assert.equal(headers.all('via').length, 34);
    assert.equal(via.host, 'sip33.example.com');
    assert.equal(via.branch, '');
  });

  test('3.1.1.8 dblreq: what comes behind the body in a datagram is ignored; on a stream it is the next message', () => {
    const bytes = VALID.find((each) => each.name === 'dblreq')?.bytes ?? new Uint8Array();
    assert.equal(request('dblreq').method, 'REGISTER');
    const { messages, error, pings } = new StreamFramer().push(bytes);
    // The Content-Length of the INVITE is three bytes short, so the stream goes on in the middle of its body.
    assert.equal(error?.code, 'CONTENT_LENGTH_MISSING');
    assert.equal(pings, 0);
    const methods = messages.map((each) => {
      const parsed = parseMessage(each, STREAM_LIMITS);
      return parsed.ok && parsed.value.kind === 'request' && parsed.value.method;
    });
    assert.deepEqual(methods, ['REGISTER', 'INVITE']);
  });

  test('3.1.1.9 semiuri: a semicolon in the user part begins no parameter', () => {
    const { uri, headers } = request('semiuri');
    assert.ok(uri.scheme === 'sip');
    assert.equal(uri.user, 'user;par=u@example.net');
    assert.equal(uri.params.size, 0);
    assert.equal(headers.all('accept').length, 6);
  });

  test('3.1.1.10 transports: an unknown transport in a Via is no error', () => {
    assert.equal(request('transports').headers.all('via').length, 5);
  });

  test('3.1.1.11 mpart01: the body is bytes', () => {
    assert.equal(request('mpart01').body.length, 553);
  });

  test('3.1.1.12 and 13: the reason phrase may be anything, or nothing', () => {
    const unusual = parse('unreason');
    const none = parse('noreason');
    assert.ok(unusual.kind === 'response' && none.kind === 'response');
    assert.equal(unusual.reason, '= 2**3 * 5**2 но сто девяносто девять - простое');
    assert.equal(none.status, 100);
    assert.equal(none.reason, '');
  });

  test('3.1.2.4 and 5: only the CSeq stands in the way of scalar02 and scalarlg', () => {
    for (const [name, code] of [
      ['scalar02', 'MAX_FORWARDS_SYNTAX'],
      ['scalarlg', undefined],
    ]) {
      const vector = INVALID.find((each) => each.name === name);
      const text = Buffer.from(vector?.bytes ?? []).toString();
      const parsed = parseMessage(Buffer.from(text.replace(/^CSeq: \d+/m, 'CSeq: 1')));
      assert.equal(parsed.ok ? undefined : parsed.error.code, code);
    }
  });

  test('3.1.2.13 regbadct: the Contact is refused, as its URI has headers and no brackets', () => {
    assert.equal(parseContacts(request('regbadct').headers.all('contact')), undefined);
  });

  test('3.3.2 and 3: an unknown scheme is kept as text, for a 416', () => {
    assert.deepEqual(request('unkscm').uri, {
      scheme: 'other',
      text: 'nobodyKnowsThisScheme:totallyopaquecontent',
    });
    assert.deepEqual(request('novelsc').uri, { scheme: 'other', text: 'soap.beep://192.0.2.103:3002' });
  });

  test('3.3.5 bext01: what it requires can be told, for a 420', () => {
    const required = request('bext01').headers.all('require').flatMap(parseTokenList);
    assert.deepEqual(required, ['nothingSupportsThis', 'nothingSupportsThisEither']);
  });

  test('3.3.7 regaut01: an unknown scheme of credentials is read as one', () => {
    const credentials = parseAuthParams(request('regaut01').headers.get('authorization') ?? '');
    assert.equal(credentials?.scheme, 'nooneknowsthisscheme');
    assert.equal(credentials?.params.get('opaque-data'), 'here');
  });

  test('3.3.11 zeromf: no hop is left', () => {
    assert.equal(request('zeromf').maxForwards, 0);
  });

  test('3.3.12 and 13: a parameter belongs to the header without brackets, to the URI within', () => {
    const outside = parseContacts(request('cparam01').headers.all('contact'));
    const inside = parseContacts(request('cparam02').headers.all('contact'));
    assert.ok(Array.isArray(outside) && Array.isArray(inside));
    assert.ok(outside[0]?.params.has('unknownparam') === true);
    assert.ok(inside[0]?.uri.scheme === 'sip' && inside[0].uri.params.has('unknownparam'));
  });

  test('3.3.14 regescrt: a Contact keeps the headers of its URI', () => {
    const contacts = parseContacts(request('regescrt').headers.all('contact'));
    assert.ok(Array.isArray(contacts) && contacts[0]?.uri.scheme === 'sip');
    assert.equal(contacts[0].uri.headers, 'Route=%3Csip:sip.example.com%3E');
  });

  test('3.4.1 inv2543: without branch, tag, Max-Forwards and Content-Length', () => {
    const { via, from, maxForwards, body } = request('inv2543');
    assert.equal(via.branch, '');
    assert.equal(from.params.has('tag'), false);
    assert.equal(maxForwards, 70);
    assert.ok(body.length > 100);
  });
});
