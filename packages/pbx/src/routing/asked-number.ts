import type { WallMs } from '@ringwall/base';
import type { CallExplanation } from '@ringwall/policy';
import { type AskedNumber, LONGEST_ASKED } from '../call/call-record.ts';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf } from '../call/party.ts';

/** What the call policy was asked and said, for the record of the call: enough to ask a changed policy again. */
export function askedNumber(
  { by, cause, from, dialled }: OutsideWish,
  explanation: Pick<CallExplanation, 'verdict' | 'because' | 'emergency' | 'ways' | 'steps'>,
  at: WallMs,
): AskedNumber {
  const { verdict, because } = explanation;
  return {
    by: extensionOf(by)?.number,
    cause,
    from,
    dialled: dialled.slice(0, LONGEST_ASKED),
    isCut: dialled.length > LONGEST_ASKED,
    at,
    verdict,
    rule: because[0].rule,
    number: numberOf(explanation),
  };
}

function numberOf({
  emergency,
  ways,
  steps,
}: Pick<CallExplanation, 'emergency' | 'ways' | 'steps'>): string | undefined {
  const read = steps.flatMap((step) =>
    step.step === 'number' && step.read.ok ? [step.read.value.number] : [],
  );
  return emergency ?? ways[0]?.destination.number ?? read[0];
}
