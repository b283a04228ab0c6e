import { randomUUID } from 'node:crypto';
import { err, ok } from '@ringwall/base';
import { MAX_PIECE_CHARACTERS } from '@ringwall/contract';
import { type Command, Option } from 'commander';
import { does, type Run, withExamples } from '../command.ts';
import { addedBy } from '../../added-by.ts';
import { remarkTrial } from './confirm.ts';

type Format = 'json' | 'csv';

export function addExportCommand(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('export')
      .description('Write the blacklist to standard output: JSON with the evidence, or CSV without')
      .addOption(new Option('--format <format>', 'which of them').choices(['json', 'csv']).default('json')),
    'ringwall guard blacklist export',
    'ringwall guard blacklist export --format csv',
  );
  does<{ readonly format: Format }>(command, run, async (shell, _, { format }) => {
    for (let after: string | null | undefined; after !== null; ) {
      const piece = await shell.ask('guard.export', { format, ...(after === undefined ? {} : { after }) });
      if (!piece.ok) return piece;
      shell.print(piece.value.text);
      after = piece.value.next;
    }
    return ok(undefined);
  });
}

interface ImportOptions {
  readonly format?: Format;
  readonly yes?: boolean;
}

export function addImportCommand(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('import')
      .description('Add the networks of a file to the blacklist, all of them or none')
      .argument('<file>', 'JSON or CSV as export writes it; a column or field "network" is enough')
      .addOption(
        new Option('--format <format>', 'if left out, CSV where the name ends in .csv').choices([
          'json',
          'csv',
        ]),
      )
      .option('--yes', 'also if it shuts out this machine, registered phones or trunks'),
    'ringwall guard blacklist import scanners.csv',
  );
  does<ImportOptions>(command, run, async (shell, [file = ''], options) => {
    const format = options.format ?? (file.toLowerCase().endsWith('.csv') ? 'csv' : 'json');
    const text = await shell.surroundings.readText(file);
    if (!text.ok) return err([text.error]);
    const upload = randomUUID();
    for (let from = 0; ; from += MAX_PIECE_CHARACTERS) {
      const last = from + MAX_PIECE_CHARACTERS >= text.value.length;
      const piece = text.value.slice(from, from + MAX_PIECE_CHARACTERS);
      const taken = await shell.ask('guard.import', {
        upload,
        format,
        piece,
        last,
        ...addedBy(shell),
        ...(options.yes ? { confirmed: true } : {}),
      });
      if (!taken.ok) return taken;
      if (!last) continue;
      const { added, expired, confirmWithin } = taken.value;
      shell.show(taken.value, () => {
        shell.print(
          `${added === 1 ? 'One network was' : `${added} networks were`} added to the blacklist.\n`,
        );
      });
      remarkTrial(shell, confirmWithin);
      if (expired > 0) shell.remark(`Left out because they are over: ${expired}.`);
      return ok(undefined);
    }
  });
}
