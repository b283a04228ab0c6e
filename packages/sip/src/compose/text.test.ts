import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseNameAddr } from '../wire/name-addr.ts';
import { quoteDisplayName, safeHeaderText } from './text.ts';

test('what could end a line, or turn its direction, becomes a space', () => {
  assert.equal(safeHeaderText('Anna\r\nRoute: <sip:evil>'), 'Anna Route: <sip:evil>');
  assert.equal(safeHeaderText(' \0a\u0085b\u2028c\u202ed\u2066e\x7f '), 'a b c d e');
  assert.equal(safeHeaderText('Jörg ☎ 大'), 'Jörg ☎ 大');
});

test('it is cut to a length, and never leaves half a character', () => {
  assert.equal(safeHeaderText('x'.repeat(300)).length, 256);
  assert.equal(safeHeaderText('a\u{1f600}', 2), 'a\ufffd');
});

test('a display name is quoted, or nothing', () => {
  assert.equal(quoteDisplayName('Anna "A" \\ Lee'), '"Anna \\"A\\" \\\\ Lee"');
  assert.equal(quoteDisplayName(' \r\n'), '');
});

test('any name that is written reads back, cleaned', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
      const address = parseNameAddr(`${quoteDisplayName(name)} <sip:a@h>`);
      assert.equal(address?.displayName, safeHeaderText(name));
    }),
  );
});
