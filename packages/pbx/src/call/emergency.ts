import type { PbxEvent } from '../events.ts';
import type { Work } from './call.ts';
import type { EmergencyPlan } from './inputs.ts';

/** Those who are to know are told at once, before anybody answers. */
export function tellOfHelp(work: Work, plan: EmergencyPlan): void {
  const event = helpEvent(plan);
  if (event !== undefined) work.effects.push({ do: 'report', event });
}

function helpEvent({ number, extension, location }: EmergencyPlan): PbxEvent | undefined {
  if (extension === undefined) return undefined;
  const { number: by, name } = extension;
  return { kind: 'emergency-called', extension: by, name, location, number };
}
