import { ok } from '@ringwall/base';
import type { TrunkView } from '@ringwall/contract';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { does, doesChange, itemNameArgument, type Run, withExamples } from './command.ts';
import { changed, filesOf, type TrunkOptions, trunkOptions } from './trunk-options.ts';
import { addTemplates, newTrunk } from './trunk-templates.ts';
import { TRUNK_COLUMNS, trunkPairs } from './trunk-view.ts';

export function addTrunkCommands(program: Command, run: Run): void {
  const trunk = withExamples(
    program
      .command('trunk')
      .description('Add, show and change trunks: the providers that calls come from and go to'),
    'ringwall trunk add acme --host sip.provider.example --user 442079460000 --password-file -',
  );
  addAdd(trunk, run);
  addTemplates(trunk, run);
  addSet(trunk, run);
  addList(trunk, run);
  addShow(trunk, run);
  addOnOff(trunk, run);
  addRemove(trunk, run);
  addRetry(trunk, run);
}

function named(parent: Command, name: string, says: string): Command {
  return parent
    .command(name)
    .description(says)
    .argument('<name>', 'what the trunk is called by', itemNameArgument);
}

function addAdd(parent: Command, run: Run): void {
  const command = trunkOptions(
    named(parent, 'add', 'Add a trunk')
      .option('--host <host>', "the provider's domain or address; needed unless the template has it")
      .option('--template <template>', 'what a provider publishes of its trunks: ringwall trunk templates'),
  );
  withExamples(
    command,
    'ringwall trunk add acme --host sip.provider.example --user 442079460000 --password-file -',
    'ringwall trunk add carrier --host 198.51.100.200 --by-address',
    'ringwall trunk add abroad --template telnyx-eu',
    'ringwall trunk add secure --host sip.secure.example --by-address --transport tls --ca-file provider-ca.pem',
  );
  doesChange<TrunkOptions>(command, run, async (shell, [name = ''], options) => {
    const files = await filesOf(shell, name, options);
    if (!files.ok) return files;
    const begun = newTrunk(name, options);
    if (!begun.ok) return begun;
    const { before, template } = begun.value;
    const trunk = changed(before, options);
    const added = await shell.ask('trunk.save', { name, trunk, mustBeNew: true, ...files.value });
    if (!added.ok) return added;
    shell.show(added.value, () => shell.print(`Trunk ${name} was added.\n`));
    warnIfOpen(shell, added.value.trunk);
    for (const note of template?.notes ?? []) shell.remark(note);
    return ok(undefined);
  });
}

function addSet(parent: Command, run: Run): void {
  const command = trunkOptions(
    named(parent, 'set', 'Change a trunk').option('--host <host>', "the provider's domain or address"),
  );
  withExamples(command, 'ringwall trunk set acme --calls-at-once 20');
  doesChange<TrunkOptions>(command, run, async (shell, [name = ''], options) => {
    const files = await filesOf(shell, name, options);
    if (!files.ok) return files;
    const before = await shell.ask('trunk.show', { name });
    if (!before.ok) return before;
    const trunk = changed(before.value.trunk.trunk, options);
    const saved = await shell.ask('trunk.save', { name, trunk, mustBeNew: false, ...files.value });
    if (!saved.ok) return saved;
    shell.show(saved.value, () => shell.pairs(trunkPairs(saved.value.trunk)));
    warnIfOpen(shell, saved.value.trunk);
    return ok(undefined);
  });
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(parent.command('list').description('List trunks'), 'ringwall trunk list');
  does(command, run, async (shell) => {
    const listed = await shell.ask('trunk.list', {});
    if (!listed.ok) return listed;
    const { trunks } = listed.value;
    shell.show({ trunks }, () => {
      if (trunks.length > 0) shell.table(trunks, TRUNK_COLUMNS);
      else shell.print('There are no trunks yet.\n');
    });
    return ok(undefined);
  });
}

function addShow(parent: Command, run: Run): void {
  const command = withExamples(named(parent, 'show', 'Show a trunk'), 'ringwall trunk show acme');
  does(command, run, async (shell, [name = '']) => {
    const shown = await shell.ask('trunk.show', { name });
    if (!shown.ok) return shown;
    shell.show(shown.value, () => shell.pairs(trunkPairs(shown.value.trunk)));
    return ok(undefined);
  });
}

/** Unsafe is a named choice, and shown. */
function warnIfOpen(shell: Shell, { trunk }: TrunkView): void {
  if (trunk.transfersAllowed) {
    shell.remark('The provider may move our calls: whoever forges its address can have us call any number.');
  }
}

function addOnOff(parent: Command, run: Run): void {
  for (const verb of ['enable', 'disable'] as const) {
    const says = verb === 'enable' ? 'Let a disabled trunk work again' : 'Disable a trunk: no call passes it';
    const command = withExamples(named(parent, verb, says), `ringwall trunk ${verb} acme`);
    doesChange(command, run, async (shell, [name = '']) => {
      const before = await shell.ask('trunk.show', { name });
      if (!before.ok) return before;
      const trunk = { ...before.value.trunk.trunk, enabled: verb === 'enable' };
      const saved = await shell.ask('trunk.save', { name, trunk, mustBeNew: false });
      if (!saved.ok) return saved;
      shell.show(saved.value, () => shell.print(`Trunk ${name} is ${verb}d.\n`));
      return ok(undefined);
    });
  }
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'remove', 'Remove a trunk and its password'),
    'ringwall trunk remove acme',
  );
  doesChange(command, run, async (shell, [name = '']) => {
    const removed = await shell.ask('trunk.remove', { name });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`Trunk ${name} was removed.\n`));
    return ok(undefined);
  });
}

function addRetry(parent: Command, run: Run): void {
  const command = withExamples(
    named(parent, 'retry', 'Try a trunk at once that waits, or that the provider refused'),
    'ringwall trunk retry acme',
  );
  does(command, run, async (shell, [name = '']) => {
    const tried = await shell.ask('trunk.retry', { name });
    if (!tried.ok) return tried;
    shell.show(tried.value, () => shell.print(`Trunk ${name} is tried: ringwall trunk show ${name}\n`));
    return ok(undefined);
  });
}
