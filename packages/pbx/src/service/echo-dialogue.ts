import type { ServiceInput, ServiceStep } from './service.ts';
import { INVITING } from './tones.ts';

/** The caller hears himself: that the sound of his phone goes both ways. `#` ends it, or a minute. */
export type EchoDialogue = { readonly in: 'beginning' | 'echoing' };

const ECHO_SECONDS = 60;

export function echoStep(state: EchoDialogue, input: ServiceInput): ServiceStep<EchoDialogue> {
  if (state.in === 'beginning') {
    if (input.kind === 'answered') return { state, effects: [{ do: 'play', tones: INVITING }] };
    if (input.kind !== 'played') return { state, effects: [] };
    return { state: { in: 'echoing' }, effects: [{ do: 'echo' }, { do: 'wait', seconds: ECHO_SECONDS }] };
  }
  const isOver = input.kind === 'timeout' || (input.kind === 'digit' && input.digit === '#');
  return { state, effects: isOver ? [{ do: 'hang-up', reason: 'The echo test was over' }] : [] };
}
