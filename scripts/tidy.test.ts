import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUntidy, missingFromLockfile, packagesWithInstallScript } from './tidy.ts';

const what = (text: string, root = '/srv/build/ringwall'): string[] =>
  findUntidy(text, root).map((found) => `${found.line} ${found.what}`);

test('a path into the checkout, or beside it, is a path of one machine', () => {
  assert.deepEqual(what('a\ncd /srv/build/ringwall/packages'), [
    '2 a path of one machine: /srv/build/ringwall/',
  ]);
  assert.deepEqual(what('see /srv/build/other/file'), ['1 a path of one machine: /srv/build/']);
});

test("a path into somebody's home is a path of one machine", () => {
  assert.deepEqual(what('/home/anna/src'), ['1 a path of one machine: /home/anna/']);
  assert.deepEqual(what('/Users/anna/src'), ['1 a path of one machine: /Users/anna/']);
});

test('paths that every machine has pass, also when the checkout is below one of them', () => {
  assert.deepEqual(what('/usr/share/doc /tmp/x /etc/ringwall /var/lib/ringwall', '/tmp/ringwall'), []);
  assert.deepEqual(what('GET /home/ and docs/home/start.md'), []);
});

test('the host of a package registry is found, and so is a lockfile that names addresses', () => {
  assert.deepEqual(what('"resolved": "https://registry.npmjs.org/a/-/a-1.tgz"'), ['1 a "resolved" address']);
  assert.deepEqual(what('registry=http://registry.example.com/'), ['1 the host of a package registry']);
});

test('a package with an install script is named', () => {
  const lockfile = JSON.stringify({
    packages: { '': {}, 'node_modules/good': {}, 'node_modules/bad': { hasInstallScript: true } },
  });
  assert.deepEqual(packagesWithInstallScript(lockfile), ['node_modules/bad']);
});

test('a lockfile that names what it does not hold is not whole, wherever in the tree it could lie', () => {
  const packages = {
    '': { dependencies: { good: '1.0.0' }, optionalDependencies: { 'good-darwin': '1.0.0' } },
    'node_modules/good': { dependencies: { inner: '1.0.0', '@scope/top': '1.0.0' } },
    'node_modules/good/node_modules/inner': { dependencies: { '@scope/top': '1.0.0' } },
    'node_modules/@scope/top': { optionalDependencies: { gone: '1.0.0' } },
  };
  assert.deepEqual(missingFromLockfile(JSON.stringify({ packages })), [
    'good-darwin, which the root needs',
    'gone, which node_modules/@scope/top needs',
  ]);
});
