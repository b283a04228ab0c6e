import type { Work } from './call.ts';

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
}
