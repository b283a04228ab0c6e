import { WARNING } from '../service/tones.ts';
import type { Work } from './call.ts';

/** How long before its end a call is warned of it. */
const WARNING_MS = 30_000;

/**
 * How long a call may last. Each end is an instant that is set once, at the first answer: no transfer moves it, and a
 * party outside takes its own along into another call.
 */
export function limitLength({ call, context, effects }: Work): void {
  const { now, settings } = context;
  call.endsAt ??= now + settings.maxCallSeconds * 1_000;
  const ends = [call.endsAt];
  for (const leg of call.legs) {
    if (leg.state !== 'talking' || leg.maxSeconds === undefined) continue;
    leg.endsAt ??= now + Math.min(leg.maxSeconds, settings.maxCallSeconds) * 1_000;
    ends.push(leg.endsAt);
  }
  const afterMs = Math.max(0, Math.min(...ends) - now);
  effects.push({ do: 'timer', leg: undefined, timer: 'max-length', afterMs });
  // A call that the house answers itself is short anyhow, and who is in it hears our tones already.
  const isWarned = call.service === undefined && afterMs > WARNING_MS;
  const warningAfterMs = isWarned ? afterMs - WARNING_MS : undefined;
  effects.push({ do: 'timer', leg: undefined, timer: 'length-warning', afterMs: warningAfterMs });
}

/** The call will be ended soon: who is in the house hears it, for a moment in the place of the other party. */
export function warnOfEnd({ call, effects }: Work): void {
  for (const leg of call.legs) {
    if (leg.state !== 'talking' || leg.party.kind !== 'extension' || !call.pair?.includes(leg.id)) continue;
    effects.push({ do: 'media', command: { do: 'play', leg: leg.id, tones: WARNING, isRepeated: false } });
  }
}
