import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  newTrunkDocument,
  type TrunkDocument,
  type TrunkTemplate,
  trunkOfTemplate,
  trunkTemplates,
} from '@ringwall/contract';
import type { Command } from 'commander';
import type { Refusal } from '../surroundings.ts';
import { does, type Run, withExamples } from './command.ts';
import type { TrunkOptions } from './trunk-options.ts';

/** What providers publish of their trunks, to begin with. */

export function addTemplates(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('templates')
      .description('List the providers that there are templates for, or show one with its sources')
      .argument('[template]', 'the one to show'),
    'ringwall trunk templates',
    'ringwall trunk templates telnyx-eu',
  );
  does(command, run, async (shell, [name = '']) => {
    if (name !== '') {
      const found = templateOf(name);
      if (!found.ok) return found;
      shell.show({ template: found.value }, () => shell.pairs(pairsOf(found.value)));
      return ok(undefined);
    }
    const templates = trunkTemplates();
    shell.show({ templates }, () => shell.table(templates, COLUMNS));
    return ok(undefined);
  });
}

/** The trunk that `trunk add` begins with, before its other options are looked at. */
export function newTrunk(
  name: string,
  { host, byAddress, template: wanted }: TrunkOptions,
): Result<{ readonly before: TrunkDocument; readonly template?: TrunkTemplate }, Refusal> {
  if (wanted === undefined) {
    if (host === undefined) return err([adminError('TRUNK_HOST', { name, example: 'sip.provider.example' })]);
    return ok({ before: newTrunkDocument(host, byAddress ? 'address' : 'register') });
  }
  const found = templateOf(wanted);
  if (!found.ok) return found;
  const template = found.value;
  const theirs = host ?? template.trunk.host;
  if (theirs === undefined) return err([adminError('TRUNK_HOST', { name, example: template.hostLike })]);
  return ok({ before: trunkOfTemplate(template, theirs), template });
}

function templateOf(name: string): Result<TrunkTemplate, Refusal> {
  const templates = trunkTemplates();
  const found = templates.find((each) => each.name === name);
  const names = templates.map((each) => each.name).join(', ');
  return found === undefined ? err([adminError('TRUNK_TEMPLATE', { name, names })]) : ok(found);
}

const COLUMNS = [
  { title: 'Template', cell: (row: TrunkTemplate) => row.name },
  { title: 'Provider', cell: (row: TrunkTemplate) => row.title, shrinkTo: 10 },
  { title: 'Host', cell: (row: TrunkTemplate) => row.hostLike, shrinkTo: 10 },
  { title: 'Read on', cell: (row: TrunkTemplate) => row.checked },
];

function pairsOf(template: TrunkTemplate): [string, string][] {
  const { name, title, hostLike, sources, checked, trunk, notes } = template;
  const { transport, networks, codecs } = trunkOfTemplate(template, hostLike);
  return [
    ['Template', name],
    ['Provider', title],
    ['Host', trunk.host === undefined ? `one of your own, such as ${hostLike}` : hostLike],
    ['Kind', trunk.kind === 'register' ? 'we register there' : 'it knows us by our address'],
    ['Transport', transport.toUpperCase()],
    ['Its networks', networks.length === 0 ? 'not known: --network' : networks.join(', ')],
    ['Codecs', codecs.length === 0 ? 'as the phones have them' : codecs.join(', ')],
    ...notes.map((note): [string, string] => ['Note', note]),
    ...sources.map((source): [string, string] => ['Source', source]),
    ['Read on', checked],
  ];
}
