import { setImmediate as letOthersRun } from 'node:timers/promises';
import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  type ControlHandlers,
  MOST_DIFFERENCES,
  type RequestOf,
  type ResponseOf,
} from '@ringwall/contract';
import { type CallRecord, OfficeClock, replayAsked, type Snapshot } from '@ringwall/pbx';
import { readConfiguration } from '../program/configuration.ts';
import type { OpenData } from '../program/open-data.ts';
import { parseYaml } from '../settings/settings-file.ts';
import type { SettingChange } from '../settings/stored-settings.ts';
import { orRefusal, positionOf, positionText, queryOf } from './record-handlers.ts';

/** Records of one answer; the next one goes on from there. */
const RECORDS_AT_ONCE = 2_000;
/** What comes from the database in one piece, and is judged without a pause. */
const RECORDS_IN_PIECE = 20;
/** Calls wait for no more than this, and one record. */
const SLICE_MS = 4;

type Answer = ResponseOf<'policy.replay'>;
type Policy = Pick<Snapshot, 'dialling' | 'extensions' | 'ringGroups'>;

/** Judges the numbers in call records again, by the policy of the configuration as it would be with other settings. */
export function replayHandlers(data: OpenData): Pick<ControlHandlers, 'policy.replay'> {
  let last: { readonly of: string; readonly policy: Policy } | undefined;

  /** Made once for all the pieces of one question. */
  async function policyFor({
    changes,
    file,
  }: RequestOf<'policy.replay'>): Promise<Result<Policy, AdminError>> {
    const of = JSON.stringify([await data.store.configurationVersion(), changes, file]);
    if (last?.of === of) return ok(last.policy);
    const read = settingsOf(file, changes);
    if (!read.ok) return read;
    const values = await data.storedSettings.valuesWith(read.value);
    if (!values.ok) return values;
    const built = await readConfiguration(data, [], values.value);
    if (!built.ok) return built;
    const { dialling, extensions, ringGroups } = built.value.snapshot;
    last = { of, policy: { dialling, extensions, ringGroups } };
    return ok(last.policy);
  }

  return {
    'policy.replay': (request) =>
      orRefusal(async () => {
        const policy = await policyFor(request);
        if (!policy.ok) return err(policy.error);
        const answer = await replaySome(data, policy.value, request);
        if (answer.next === null) last = undefined;
        return ok(answer);
      }),
  };
}

async function replaySome(
  { store }: OpenData,
  policy: Policy,
  { since, before, after }: RequestOf<'policy.replay'>,
): Promise<Answer> {
  const answer = { records: 0, judged: 0, notAsked: 0 };
  const notJudged = { olderVersion: 0, cut: 0, extensionGone: 0 };
  const differences: Answer['differences'][number][] = [];
  const clock = new OfficeClock();
  const wanted = { since, ...(before === undefined ? {} : { before }) };
  let position = after === undefined ? undefined : positionOf(after);

  const replay = (record: CallRecord): void => {
    answer.records++;
    if (record.asked === undefined) notJudged.olderVersion++;
    else if (record.asked.length === 0) answer.notAsked++;
    for (const asked of record.asked ?? []) {
      const now = replayAsked(asked, policy, clock);
      if (now.is === 'cut') notJudged.cut++;
      else if (now.is === 'extension-gone') notJudged.extensionGone++;
      else {
        answer.judged++;
        const { by = null, cause, dialled, number = null, verdict, rule, at } = asked;
        if (now.verdict === verdict) continue;
        differences.push({
          id: record.id,
          at,
          by,
          cause,
          dialled,
          number,
          was: { verdict, rule },
          now: { verdict: now.verdict, rule: now.rule, text: now.text },
        });
      }
    }
  };

  for (;;) {
    const from = position === undefined ? {} : { after: position };
    // Each piece begins where the one before it ended.
    const page = await store.callRecords({ ...queryOf({ ...wanted, limit: RECORDS_IN_PIECE }), ...from }); // eslint-disable-line no-await-in-loop
    let sliceAt = performance.now();
    for (const record of page.records) {
      replay(record);
      if (performance.now() - sliceAt < SLICE_MS) continue;
      await letOthersRun(); // eslint-disable-line no-await-in-loop
      sliceAt = performance.now();
    }
    position = page.next;
    // A record has sixteen numbers at most, so a piece always has room.
    const isFull = differences.length + RECORDS_IN_PIECE * MOST_ASKED > MOST_DIFFERENCES;
    if (position === undefined || isFull || answer.records >= RECORDS_AT_ONCE) break;
    await letOthersRun(); // eslint-disable-line no-await-in-loop
  }
  return { ...answer, notJudged, differences, next: position === undefined ? null : positionText(position) };
}

/** Of one record. */
const MOST_ASKED = 16;

/** Those of the file first, so that what was typed goes before them. */
function settingsOf(
  file: string | undefined,
  changes: RequestOf<'policy.replay'>['changes'],
): Result<readonly SettingChange[], AdminError> {
  const typed = changes.map(({ name, value }) => ({ name, text: value }));
  if (file === undefined) return ok(typed);
  const yaml = parseYaml('that was given', file);
  if (!yaml.ok) return yaml;
  const written = sectionsOf(yaml.value).flatMap(([section, settings]) =>
    sectionsOf(settings).map(([name, value]) => ({ name: `${section}.${name}`, value })),
  );
  return ok([...written, ...typed]);
}

function sectionsOf(yaml: unknown): [string, unknown][] {
  return typeof yaml === 'object' && yaml !== null ? Object.entries(yaml) : [];
}
