import { err, ok } from '@ringwall/base';
import { LEVEL_FORM, LIMIT_COUNTERS, levelText, readLevel } from '@ringwall/policy';
import { quoted, type Setting } from '../setting.ts';
import { listSetting } from './texts.ts';

/** Levels of limits: one text for each counter, such as `calls-a-minute told 5 frozen 10`. */
export function levelsSetting(says: string): Setting<readonly string[]> {
  const options = { default: [], maxItems: LIMIT_COUNTERS.length, says };
  return listSetting('words', options, `limits, ${LEVEL_FORM}`, (raw) => {
    const counters = new Set<string>();
    const written: string[] = [];
    for (const text of raw) {
      const read = text.length > 100 ? err('is too long') : readLevel(text);
      if (!read.ok) return err(`holds ${quoted(text)}, which ${read.error}`);
      const { counter, level } = read.value;
      if (counters.has(counter)) return err(`holds ${counter} twice`);
      counters.add(counter);
      written.push(levelText(counter, level));
    }
    return ok(written);
  });
}
