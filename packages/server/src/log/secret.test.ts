import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import { Secret } from './secret.ts';

const secret = new Secret('hunter2hunter2hunter2');

test('a secret is given to whoever asks for it by name', () => {
  assert.equal(secret.reveal(), 'hunter2hunter2hunter2');
});

test('however text is made of it, it prints as [secret]', () => {
  const printed = [
    String(secret),
    `${secret}`, // eslint-disable-line typescript/restrict-template-expressions
    inspect(secret),
    inspect({ deep: { down: [secret] } }, { depth: 9, showHidden: true }),
    format('%s %o %O', secret, secret, secret),
    Object.values(secret).join(),
    JSON.stringify(Object.entries(secret)),
  ].join('\n');
  assert.doesNotMatch(printed, /hunter2/);
  assert.equal(String(secret), '[secret]');
});

test('it refuses to become JSON, and the refusal does not tell it', () => {
  assert.throws(
    () => JSON.stringify({ password: secret }),
    (error: Error) => /JSON/.test(error.message) && !/hunter2/.test(error.message),
  );
});
