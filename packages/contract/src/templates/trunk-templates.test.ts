import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { trunkShape } from '../configuration/trunk.ts';
import { trunkOfTemplate, trunkTemplates } from './trunk-templates.ts';

test('every template makes a valid trunk, says where it stands, and opens nothing', () => {
  const templates = trunkTemplates();
  for (const template of templates) {
    const { name, trunk, hostLike, sources, checked, notes } = template;
    const made = trunkShape.read(trunkOfTemplate(template, trunk.host ?? hostLike), '');
    assert.ok(made.ok, made.ok ? '' : `${name}: ${made.error}`);
    assert.equal(made.value.host, hostLike);
    assert.equal(made.value.transfersAllowed, false, name);
    assert.equal(made.value.originalCaller, false, name);
    assert.ok(sources.length > 0 && notes.length > 0, name);
    assert.ok(Date.parse(checked) > Date.parse('2026-01-01'), `${name} was read on ${checked}`);
    for (const network of made.value.networks) {
      const bits = Number(network.split('/')[1]);
      assert.ok(bits >= 24, `${name}: ${network} is wider than a provider needs`);
    }
  }
});

test('each file is a template under its own name, and none is left out', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.json'));
  const names = files.map((file) => {
    const { name } = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as { name: string };
    assert.equal(`${name}.json`, file);
    return name;
  });
  assert.deepEqual(
    trunkTemplates().map(({ name }) => name),
    names.toSorted(),
  );
});
