import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '@ringwall/base';
import type { Snapshot } from '@ringwall/pbx';
import { Log } from '../log/log.ts';
import { LiveConfiguration } from './live-configuration.ts';

const log = new Log({ level: 'error', format: 'json', write: () => {} }).part('main');

/** A configuration whose version is what was on disk when the reading began. */
function configuration() {
  const state = { onDisk: 1, readings: 0, taken: [] as number[] };
  const read = async () => {
    state.readings++;
    const version = state.onDisk;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return ok({ snapshot: { version } as Snapshot, warnings: [] });
  };
  const live = new LiveConfiguration(
    { read, take: ({ version }) => void state.taken.push(version), log, onMistake: assert.ifError },
    { snapshot: { version: 1 } as Snapshot, warnings: [] },
  );
  return { live, state };
}

test('many changes at once are read together, and whoever made one is told after it is in use', async () => {
  const { live, state } = configuration();
  const changes = Array.from({ length: 1_000 }, async () => {
    const version = ++state.onDisk;
    await live.rebuild();
    assert.ok((state.taken.at(-1) ?? 0) >= version);
  });
  await Promise.all(changes);
  assert.ok(state.readings <= 2, `${state.readings} readings`);
  assert.equal(state.taken.at(-1), 1_001);
});

test('a change while another is being read is read after it', async () => {
  const { live, state } = configuration();
  const first = live.rebuild();
  await new Promise((resolve) => setTimeout(resolve, 2));
  state.onDisk = 7;
  await Promise.all([first, live.rebuild()]);
  assert.deepEqual(state.taken, [1, 7]);
});
