import { randomUUID } from 'node:crypto';
import { err, ok, type Result } from '@ringwall/base';
import { MAX_PAGE_ROWS, MAX_PIECE_CHARACTERS, type RateView } from '@ringwall/contract';
import { DEAREST_RATE, isRatePrefix, readAmount, writeRates } from '@ringwall/policy';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';
import { does, rowsArgument, type Run, withExamples } from './command.ts';

export function addRatesCommands(program: Command, run: Run): void {
  const rates = withExamples(
    program
      .command('rates')
      .description('Say what calls to the outside cost, so that limits can be set on it'),
    'ringwall rates set +44 --minute 0.02',
    'ringwall rates import prices.csv',
  );
  addList(rates, run);
  addSet(rates, run);
  addRemove(rates, run);
  addImport(rates, run);
  addExport(rates, run);
}

function addList(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('list')
      .description('List what calls cost, by the beginning of the number; the longest that fits counts')
      .option('--limit <rows>', 'so many at most', rowsArgument, 100),
    'ringwall rates list --limit 1000',
  );
  does<{ readonly limit: number }>(command, run, async (shell, _, { limit }) => {
    const listed = await ratesOf(shell, limit);
    if (!listed.ok) return listed;
    const { rates, total, currency } = listed.value;
    const amount = (value: number): string => `${value}${currency === '' ? '' : ` ${currency}`}`;
    shell.show(listed.value, () => {
      if (rates.length === 0) return shell.print('There are no rates: costs are not counted.\n');
      shell.table(rates, [
        { title: 'Number', cell: ({ prefix }) => prefix },
        { title: 'A minute', cell: ({ perMinute }) => amount(perMinute) },
        { title: 'A call', cell: ({ perCall }) => (perCall === 0 ? '' : amount(perCall)) },
        { title: 'Name', cell: ({ name }) => plain(name), shrinkTo: 20 },
      ]);
    });
    if (rates.length < total) shell.remark(`${rates.length} of ${total} rates are shown: see --limit.`);
    return ok(undefined);
  });
}

interface Listed {
  readonly rates: readonly RateView[];
  readonly total: number;
  readonly currency: string;
}

async function ratesOf(shell: Shell, limit: number): Promise<Result<Listed, Refusal>> {
  const rates: RateView[] = [];
  for (;;) {
    const after = rates.at(-1)?.prefix;
    const rows = Math.min(MAX_PAGE_ROWS, limit - rates.length);
    // Each page begins where the one before it ended.
    const page = await shell.ask('rates.list', { limit: rows, ...(after === undefined ? {} : { after }) }); // eslint-disable-line no-await-in-loop
    if (!page.ok) return page;
    rates.push(...page.value.rates);
    if (page.value.rates.length < rows || rates.length >= limit) return ok({ ...page.value, rates });
  }
}

interface RateOptions {
  readonly minute: number;
  readonly call: number;
  readonly name: string;
}

function addSet(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('set')
      .description('Say what calls to numbers that begin like this cost')
      .argument('<prefix>', 'such as +44; + fits every number that nothing else fits', prefixArgument)
      .requiredOption('--minute <amount>', 'what a minute costs, such as 0.02', amountArgument)
      .option('--call <amount>', 'what the answer costs, beside the minutes', amountArgument, 0)
      .option('--name <text>', 'what to call it', nameArgument, ''),
    'ringwall rates set +44 --minute 0.02 --name "United Kingdom"',
    'ringwall rates set + --minute 1 --call 0.1',
  );
  does<RateOptions>(command, run, async (shell, [prefix = ''], { minute, call, name }) => {
    const rate = { prefix, perMinute: minute, perCall: call, name };
    const set = await shell.ask('rates.set', { rate });
    if (!set.ok) return set;
    shell.show(set.value, () => shell.print(`Calls to ${prefix} cost ${minute} a minute.\n`));
    return ok(undefined);
  });
}

function addRemove(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('remove')
      .description('Forget what calls to numbers that begin like this cost')
      .argument('<prefix>', 'as it is listed', prefixArgument),
    'ringwall rates remove +44',
  );
  does(command, run, async (shell, [prefix = '']) => {
    const removed = await shell.ask('rates.remove', { prefix });
    if (!removed.ok) return removed;
    shell.show(removed.value, () => shell.print(`The rate for ${prefix} was removed.\n`));
    return ok(undefined);
  });
}

function addImport(parent: Command, run: Run): void {
  const command = withExamples(
    parent
      .command('import')
      .description('Take the rates of a file in place of all that there are')
      .argument('<file>', 'CSV with the columns prefix and minute, and if they are there call and name'),
    'ringwall rates import prices.csv',
  );
  does(command, run, async (shell, [file = '']) => {
    const text = await shell.surroundings.readText(file);
    if (!text.ok) return err([text.error]);
    const upload = randomUUID();
    for (let from = 0; ; from += MAX_PIECE_CHARACTERS) {
      const last = from + MAX_PIECE_CHARACTERS >= text.value.length;
      const piece = text.value.slice(from, from + MAX_PIECE_CHARACTERS);
      // The pieces come one after the other.
      const taken = await shell.ask('rates.import', { upload, piece, last }); // eslint-disable-line no-await-in-loop
      if (!taken.ok) return taken;
      if (!last) continue;
      const { imported, replaced } = taken.value;
      shell.show(taken.value, () =>
        shell.print(`There are ${imported} rates now, in place of ${replaced} before.\n`),
      );
      return ok(undefined);
    }
  });
}

function addExport(parent: Command, run: Run): void {
  const command = withExamples(
    parent.command('export').description('Write all rates to standard output, as CSV that import takes'),
    'ringwall rates export',
  );
  does(command, run, async (shell) => {
    const listed = await ratesOf(shell, Number.POSITIVE_INFINITY);
    if (!listed.ok) return listed;
    shell.print(writeRates(listed.value.rates));
    return ok(undefined);
  });
}

function prefixArgument(text: string): string {
  if (isRatePrefix(text)) return text;
  throw new InvalidArgumentError('Give the beginning of a number with its plus, such as +44.');
}

function amountArgument(text: string): number {
  const amount = readAmount(text);
  if (amount !== undefined) return amount;
  throw new InvalidArgumentError(`Write it like 0.12; at most ${DEAREST_RATE}.`);
}

function nameArgument(text: string): string {
  if (text.length <= 60) return text;
  throw new InvalidArgumentError('A name has at most 60 characters.');
}
