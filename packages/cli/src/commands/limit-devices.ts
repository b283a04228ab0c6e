import { ok } from '@ringwall/base';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../output/plain-text.ts';
import { localTime } from '../output/time.ts';
import { does, extensionNumberArgument, type Run, withExamples } from './command.ts';

/** The phones that an extension was used with: a new one does not call abroad. */
export function addLimitDeviceCommands(parent: Command, run: Run): void {
  addDevices(parent, run);
  addAccept(parent, run);
  addForget(parent, run);
}

const NUMBER = 'as it is listed by ringwall limits devices';

function addDevices(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('devices')
      .description('List the phones that an extension was used with; a new one does not call abroad')
      .argument('<extension>', 'its number', extensionNumberArgument),
    'ringwall limits devices 101',
  );
  does(command, run, async (shell, [extension = '']) => {
    const listed = await shell.ask('limits.devices', { extension });
    if (!listed.ok) return listed;
    const { devices, refused } = listed.value;
    shell.show(listed.value, () => {
      if (devices.length === 0) return shell.print('No phone has registered yet.\n');
      shell.table(devices, [
        { title: 'Device', cell: ({ id }) => String(id) },
        { title: 'What', cell: ({ says }) => plain(says), shrinkTo: 20 },
        { title: 'First seen', cell: ({ firstAt }) => localTime(firstAt) },
        { title: 'Last seen', cell: ({ lastAt }) => localTime(lastAt) },
        {
          title: 'Calls abroad',
          cell: ({ known }) => (known || !refused ? 'as the rules allow' : 'not yet'),
        },
      ]);
    });
    return ok(undefined);
  });
}

function addAccept(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('accept')
      .description('Say that a new phone of an extension is no thief’s, so that it calls abroad at once')
      .argument('<extension>', 'its number', extensionNumberArgument)
      .argument('<device>', `${NUMBER}; all: every one, also those to come`, deviceOrAllArgument),
    'ringwall limits accept 101 2',
    'ringwall limits accept 101 all',
  );
  does(command, run, async (shell, [extension = '', device = '']) => {
    const which = device === 'all' ? {} : { device: Number(device) };
    const accepted = await shell.ask('limits.accept', { extension, ...which });
    if (!accepted.ok) return accepted;
    const what = device === 'all' ? 'Every device' : `Device ${device}`;
    shell.show(accepted.value, () => shell.print(`${what} of extension ${extension} may call abroad.\n`));
    return ok(undefined);
  });
}

function addForget(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('forget')
      .description('Do not know a phone of an extension any more: when it comes back it is a new one')
      .argument('<extension>', 'its number', extensionNumberArgument)
      .argument('<device>', NUMBER, deviceArgument),
    'ringwall limits forget 101 2',
  );
  does(command, run, async (shell, [extension = '', device = '']) => {
    const forgotten = await shell.ask('limits.forget', { extension, device: Number(device) });
    if (!forgotten.ok) return forgotten;
    shell.show(forgotten.value, () =>
      shell.print(`Device ${device} of extension ${extension} is not known.\n`),
    );
    return ok(undefined);
  });
}

function deviceOrAllArgument(text: string): string {
  return text === 'all' ? text : deviceArgument(text);
}

function deviceArgument(text: string): string {
  if (/^[1-9]\d{0,5}$/.test(text)) return text;
  throw new InvalidArgumentError('Give the number of a device.');
}
