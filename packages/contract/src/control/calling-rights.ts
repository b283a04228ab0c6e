import { flag, listOf, object, optional, text } from '../shape/shape.ts';

const callerId = text({ max: 32, pattern: /^(\+?[0-9]+)?$/, allowed: 'digits, with or without a leading +' });
/** On one line, as a person reads it. */
const location = text({
  max: 100,
  pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u,
  allowed: 'one line of at most 100 characters',
});
const groups = listOf(text({ min: 1, max: 40 }), 32);

/** What an extension may do outside the house. */
export const callingShape = object({
  isInternalOnly: flag,
  /** May it lead calls that it does not make itself out of the house? */
  mayForwardOutside: flag,
  mayCallOutOfHours: flag,
  /** It calls nobody outside but for help, until its PIN is entered. */
  isPinProtected: flag,
  /** Shown to those whom it calls outside; `''`: the trunk's number. */
  callerId,
  /** Groups that outbound rules ask for. */
  groups,
  /** Shown to the emergency services; left out: as outside. */
  emergencyCallerId: optional(callerId),
  /** Where its phone stands; left out: where the house is. */
  location: optional(location),
});

/** What is named is changed. */
export const callingChanges = object({
  isInternalOnly: optional(flag),
  mayForwardOutside: optional(flag),
  mayCallOutOfHours: optional(flag),
  isPinProtected: optional(flag),
  callerId: optional(callerId),
  groups: optional(groups),
  /** `''`: as outside. */
  emergencyCallerId: optional(callerId),
  /** `''`: where the house is. */
  location: optional(location),
});
