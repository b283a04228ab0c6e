import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenError } from './listen-error.ts';

const AT = { transport: 'udp', address: '192.0.2.10', port: 5060 } as const;

function systemError(code: string): Error {
  return Object.assign(new Error('the system’s own words'), { code });
}

test('each refusal of the system has its code and says what to do', () => {
  const expected = [
    ['EADDRINUSE', 'PORT_IN_USE', /Stop that program|another port/],
    ['EACCES', 'PORT_NOT_ALLOWED', /CAP_NET_BIND_SERVICE/],
    ['EADDRNOTAVAIL', 'ADDRESS_NOT_OURS', /0\.0\.0\.0 for all/],
    ['EAFNOSUPPORT', 'ADDRESS_NOT_OURS', /no IPv4/],
    ['ENOBUFS', 'LISTEN_FAILED', /ENOBUFS/],
  ] as const;
  for (const [system, code, advice] of expected) {
    const error = listenError(AT, systemError(system));
    assert.equal(error.code, code);
    assert.match(error.text, advice);
    assert.match(error.text, /UDP port 5060 on 192\.0\.2\.10/);
  }
});
