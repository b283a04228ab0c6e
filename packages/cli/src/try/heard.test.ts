import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard } from '@ringwall/phone';
import { faultOf, heardWords, listen } from './heard.ts';

const ear = (packets: number, share: number): Heard => ({
  packets,
  refused: 0,
  strength: (hz) => (hz === 620 ? share : 0),
});

test('a phone that heard the tone of the other has nothing to complain of, and says how much it heard', () => {
  const heard = listen('9998', ear(97, 0.997), 620);
  assert.deepEqual(heard, { phone: '9998', hz: 620, packets: 97, share: 0.997 });
  assert.equal(faultOf(heard), undefined);
  assert.equal(heardWords(heard), 'Phone 9998 heard the tone of 620 Hz in 97 packets, 99 % of their sound.');
});

test('silence, another tone, and a tone in noise are faults that say what was heard', () => {
  for (const nothing of [undefined, ear(0, 0)]) {
    const heard = listen('9998', nothing, 620);
    assert.equal(faultOf(heard), 'phone 9998 heard nothing');
    assert.equal(heardWords(heard), 'Phone 9998 heard nothing.');
  }
  assert.match(faultOf(listen('9998', ear(97, 1), 440)) ?? '', /97 packets, but only 0 % .* 440 Hz/);
  assert.match(faultOf(listen('9998', ear(97, 0.899), 620)) ?? '', /only 89 % /);
});
