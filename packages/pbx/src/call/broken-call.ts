import type { CallRecord } from './call-record.ts';
import type { Call } from './call.ts';
import { callStep } from './call-step.ts';
import type { CallEffect, StepContext } from './inputs.ts';
import { writeRecord } from './write-record.ts';

const REASON = 'An error in the program ended the call';

/**
 * What is said to the parties of a call that a mistake of ours has broken: a party outside that is told nothing goes on
 * costing money. Throws if the call is too broken for that.
 */
export function goodbyeOf(call: Call, context: StepContext): readonly CallEffect[] {
  const { effects } = callStep(call, { kind: 'end', reason: REASON }, context);
  return effects.filter((effect) => ['request', 'cancel', 'respond'].includes(effect.do));
}

export function brokenRecord(call: Call, { wall: at }: StepContext): CallRecord {
  return writeRecord(call, { outcome: 'failed', endedBy: 'system', reason: REASON, status: 500, at });
}
