import assert from 'node:assert/strict';
import { test } from 'node:test';
import { welcome } from './welcome.ts';

const STARTED = {
  listening: ['udp:0.0.0.0:5060', 'tls:0.0.0.0:5061'],
  phoneAddresses: [
    { transport: 'tls', host: 'pbx.example', port: 5061 },
    { transport: 'udp', host: 'pbx.example', port: 5060 },
  ],
  dataDirectory: '/srv/data',
  extensions: 0,
} as const;

test('the first start says where it listens, how to add two extensions, where to point phones, and how to try it without', () => {
  const text = welcome(STARTED);
  for (const line of [
    /Listens on +udp:0\.0\.0\.0:5060, tls:0\.0\.0\.0:5061\n/,
    /Keeps its data +\/srv\/data\n/,
    /npx ringwall extension add 101 --name "Anna"\n +npx ringwall extension add 102 --name "Ben"\n/,
    /Point phones at pbx\.example, port 5061, transport TLS\n/,
    /npx ringwall try\n/,
    /Ctrl-C\n/,
  ]) {
    assert.match(text, line);
  }
  assert.ok(text.split('\n').length < 20, 'a few lines');
});

test('whoever has an extension is told to add one more, and who has two is not told to add any', () => {
  const one = welcome({ ...STARTED, extensions: 1 });
  assert.match(one, /Add a second extension/);
  assert.doesNotMatch(one, /add 101/);
  assert.doesNotMatch(welcome({ ...STARTED, extensions: 2 }), /extension add/);
});

test('where phones can reach nothing, they are pointed nowhere', () => {
  assert.doesNotMatch(welcome({ ...STARTED, phoneAddresses: [] }), /Point phones/);
});
