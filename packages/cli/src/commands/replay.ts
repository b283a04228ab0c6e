import { err, ok, type Result } from '@ringwall/base';
import {
  adminError,
  MOST_SETTINGS_CHARACTERS,
  type PolicyDifference,
  type RequestOf,
  type ResponseOf,
} from '@ringwall/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { plain } from '../output/plain-text.ts';
import type { Column } from '../output/table.ts';
import { localTime } from '../output/time.ts';
import type { Shell } from '../shell.ts';
import type { Refusal } from '../surroundings.ts';
import { does, type Run, rowsArgument, withExamples } from './command.ts';
import { agoArgument } from './records/record-filters.ts';

interface ReplayOptions {
  readonly since: number;
  readonly until?: number;
  readonly with?: string;
  readonly set?: readonly Change[];
  readonly limit: number;
}

type Change = RequestOf<'policy.replay'>['changes'][number];

export function addReplayCommand(policy: Command, run: Run): void {
  const ago = agoArgument(() => run.surroundings.now());
  const command = policy
    .command('replay')
    .description('Judge past calls again, with other settings; list what would differ. Nothing is saved')
    .requiredOption('--since <time>', 'calls from this local time on, or from 30d, 12h ago', ago)
    .option('--until <time>', 'calls before this local time', ago)
    .option('--set <setting=value...>', 'settings as ringwall setting set takes them', changeArgument)
    .option('--with <file>', 'settings as a settings file has them; --set goes before it')
    .option('--limit <rows>', 'list at most so many differences; all are counted', rowsArgument, 100);
  withExamples(
    command,
    'ringwall policy replay --since 30d --set outside.countries=home,FR',
    'ringwall policy replay --since 7d --with stricter.yaml --json',
  );
  does<ReplayOptions>(command, run, async (shell, _, options) => {
    const request = await requestOf(shell, options);
    if (!request.ok) return request;
    const replayed = await replayAll(shell, request.value, options.limit);
    if (!replayed.ok) return replayed;
    shell.show(replayed.value, () => tell(shell, replayed.value));
    return ok(undefined);
  });
}

function changeArgument(text: string, before: readonly Change[] = []): readonly Change[] {
  const [, name = '', value = ''] = /^([^=]{1,100})=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('Write it like outside.countries=home,FR.');
  return [...before, { name, value }];
}

async function requestOf(
  shell: Shell,
  { since, until, with: file, set = [] }: ReplayOptions,
): Promise<Result<RequestOf<'policy.replay'>, Refusal>> {
  const request = { since, ...(until === undefined ? {} : { before: until }), changes: set };
  if (file === undefined) return ok(request);
  const read = await shell.surroundings.readText(file);
  if (!read.ok) return err([read.error]);
  if (read.value.length > MOST_SETTINGS_CHARACTERS) {
    const reason = `it has more than ${MOST_SETTINGS_CHARACTERS} characters`;
    return err([adminError('FILE_UNREADABLE', { file, reason })]);
  }
  return ok({ ...request, file: read.value });
}

type Replayed = Omit<ResponseOf<'policy.replay'>, 'next'> & {
  readonly nowRefused: number;
  readonly nowAllowed: number;
};

/** Asks piece by piece and adds up; of the differences the newest are kept, all are counted. */
async function replayAll(
  shell: Shell,
  request: RequestOf<'policy.replay'>,
  limit: number,
): Promise<Result<Replayed, Refusal>> {
  const sum = { records: 0, judged: 0, notAsked: 0, nowRefused: 0, nowAllowed: 0 };
  const notJudged = { olderVersion: 0, cut: 0, extensionGone: 0 };
  const differences: PolicyDifference[] = [];
  let after: string | undefined;
  for (;;) {
    const piece = await shell.ask('policy.replay', { ...request, ...(after === undefined ? {} : { after }) });
    if (!piece.ok) return piece;
    const { value } = piece;
    for (const key of ['records', 'judged', 'notAsked'] as const) sum[key] += value[key];
    for (const key of ['olderVersion', 'cut', 'extensionGone'] as const)
      notJudged[key] += value.notJudged[key];
    for (const difference of value.differences) {
      if (difference.now.verdict === 'deny') sum.nowRefused++;
      else sum.nowAllowed++;
      if (differences.length < limit) differences.push(difference);
    }
    if (value.next === null) return ok({ ...sum, notJudged, differences });
    after = value.next;
  }
}

const COLUMNS: readonly Column<PolicyDifference>[] = [
  { title: 'When', cell: (row) => localTime(row.at) },
  { title: 'For', cell: (row) => row.by ?? 'a provider' },
  { title: 'Dialled', cell: (row) => row.dialled, shrinkTo: 8 },
  { title: 'Then', cell: ({ was }) => `${VERDICTS[was.verdict]} (${was.rule})`, shrinkTo: 10 },
  { title: 'Now', cell: ({ now }) => `${VERDICTS[now.verdict]} (${now.rule})`, shrinkTo: 10 },
  { title: 'Why', cell: ({ now }) => now.text, shrinkTo: 10 },
  { title: 'Record', cell: (row) => row.id },
];

const VERDICTS = { allow: 'allowed', deny: 'refused' } as const;

function tell(shell: Shell, replayed: Replayed): void {
  const { records, judged, notAsked, notJudged, nowRefused, nowAllowed, differences } = replayed;
  if (differences.length > 0) shell.table(differences, COLUMNS);
  const line = (text: string): void => shell.print(`${plain(text)}\n`);
  line(`${records} records: ${judged} numbers were judged again.`);
  line(`${nowRefused} that were allowed would be refused; ${nowAllowed} that were refused would be allowed.`);
  const untold = nowRefused + nowAllowed - differences.length;
  if (untold > 0) line(`${untold} of these are not listed; see --limit.`);
  line(`${notAsked} calls were within the house, or refused before the call policy was asked.`);
  const { olderVersion, cut, extensionGone } = notJudged;
  if (olderVersion > 0)
    line(`${olderVersion} records could not be judged: an older version did not keep what was dialled.`);
  if (cut > 0) line(`${cut} numbers could not be judged: they were not kept whole.`);
  if (extensionGone > 0) line(`${extensionGone} numbers could not be judged: their extension is gone.`);
}
