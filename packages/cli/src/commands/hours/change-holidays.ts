import { err, ok, type Result } from '@ringwall/base';
import { adminError } from '@ringwall/contract';
import type { Shell } from '../../shell.ts';
import type { Refusal } from '../../surroundings.ts';
import { whoseText } from './whose.ts';

/** A group that has left its holidays to the house begins with those, and has a list of its own from then on. */
export async function changeHolidays(
  shell: Shell,
  group: string | null,
  days: readonly string[],
  verb: 'add' | 'remove',
): Promise<Result<undefined, Refusal>> {
  const shown = await shell.ask('hours.show', { group });
  if (!shown.ok) return shown;
  const before = new Set(shown.value.hours.hours.holidays);
  const missing = days.find((day) => !before.has(day));
  if (verb === 'remove' && missing !== undefined) {
    return err([adminError('USAGE', { problem: `${missing} is no holiday` })]);
  }
  const gone = new Set(verb === 'remove' ? days : []);
  const added = verb === 'add' ? days : [];
  const holidays = [...new Set([...before, ...added])].filter((day) => !gone.has(day)).toSorted();
  const saved = await shell.ask('hours.set', { group, changes: { holidays } });
  if (!saved.ok) return saved;
  shell.show(saved.value, () => shell.print(`${whoseText(group)} has ${countText(holidays)}.\n`));
  return ok(undefined);
}

function countText(holidays: readonly string[]): string {
  if (holidays.length === 0) return 'no holidays';
  return `${holidays.length === 1 ? 'one holiday' : `${holidays.length} holidays`}: ${holidays.join(', ')}`;
}
