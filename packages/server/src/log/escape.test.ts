import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeSipText } from './escape.ts';

test('plain text of any script stays as it is', () => {
  for (const text of ['Anna Müller', '北京', 'שלום', 'sip:101@192.0.2.1;transport=tls', '😀 "quoted"', '']) {
    assert.equal(escapeSipText(text), text);
  }
});

test('what moves a cursor, reverses the order, hides, or ends a line is shown as an escape', () => {
  const cases = [
    ['\u001b[2Jgone', '\\x1b[2Jgone'],
    ['a\r\nb', 'a\\x0d\\x0ab'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['evil\u202etxt.exe', 'evil\\u{202e}txt.exe'],
    ['a\u2066b\u2069c\u200fd\u061ce', 'a\\u{2066}b\\u{2069}c\\u{200f}d\\u{61c}e'],
    ['one\u2028two\u2029three', 'one\\u{2028}two\\u{2029}three'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['hidden\u{e0041}tag', 'hidden\\u{e0041}tag'],
    ['half\ud800', 'half\\u{d800}'],
    ['C:\\x1b', 'C:\\\\x1b'],
  ] as const;
  for (const [text, shown] of cases) assert.equal(escapeSipText(text), shown);
});

test('long text is cut at 256 characters, never inside an escape', () => {
  assert.equal(escapeSipText('x'.repeat(256)), 'x'.repeat(256));
  assert.equal(escapeSipText('x'.repeat(257)), `${'x'.repeat(256)}…`);
  assert.equal(escapeSipText(`${'x'.repeat(254)}\u001byyy`), `${'x'.repeat(254)}…`);
});

test('whatever came, nothing unseen is left, it is short, and different texts stay different', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(anything, anything, (text, other) => {
      const shown = escapeSipText(text);
      assert.ok(shown.length <= 257);
      assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      const whole = !shown.endsWith('…') && !escapeSipText(other).endsWith('…');
      if (whole && text !== other) assert.notEqual(shown, escapeSipText(other));
    }),
    { numRuns: 500 },
  );
});
