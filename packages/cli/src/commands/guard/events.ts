import { ok } from '@ringwall/base';
import { MAX_PAGE_ROWS, type SecurityEventView } from '@ringwall/contract';
import type { Command } from 'commander';
import type { Column } from '../../output/table.ts';
import { localTime } from '../../output/time.ts';
import { does, type Run, rowsArgument, withExamples } from '../command.ts';

interface EventsOptions {
  readonly address?: string;
  readonly limit: number;
}

export function addEventsCommand(guard: Command, run: Run): void {
  const command = withExamples(
    guard
      .command('events')
      .description('List what the guard did and saw, newest first; kept for 90 days')
      .option('--address <address>', 'only what is about this address')
      .option('--limit <rows>', 'show at most so many', rowsArgument, 20),
    'ringwall guard events',
    'ringwall guard events --address 203.0.113.7 --limit 100 --json',
  );
  does<EventsOptions>(command, run, async (shell, _, { address, limit }) => {
    const events: SecurityEventView[] = [];
    let more = true;
    while (more && events.length < limit) {
      const before = events.at(-1)?.id;
      const page = await shell.ask('guard.events', {
        limit: Math.min(MAX_PAGE_ROWS, limit - events.length),
        ...(address === undefined ? {} : { address }),
        ...(before === undefined ? {} : { before }),
      });
      if (!page.ok) return page;
      events.push(...page.value.events);
      more = page.value.more && page.value.events.length > 0;
    }
    shell.show({ events, more }, () => {
      if (events.length > 0) shell.table(events, EVENT_COLUMNS);
      else shell.print('Nothing has happened.\n');
    });
    if (more) shell.remark('There are older ones; see --limit and --address.');
    return ok(undefined);
  });
}

const KINDS: Readonly<Record<SecurityEventView['kind'], string>> = {
  ban: 'blacklisted',
  'udp-drop': 'UDP dropped',
  throttle: 'ignored',
  'owner-told': 'for you to know',
  alarm: 'alarm',
};

const EVENT_COLUMNS: readonly Column<SecurityEventView>[] = [
  { title: 'When', cell: ({ at }) => localTime(at) },
  { title: 'What', cell: ({ kind }) => KINDS[kind] },
  { title: 'Source', cell: ({ source }) => source },
  { title: 'More', cell: ({ text }) => text, shrinkTo: 20 },
];
