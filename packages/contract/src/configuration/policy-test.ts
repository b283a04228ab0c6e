import { extensionNumber } from '../control/shapes.ts';
import { choice, nullable, object, type ShapeOf, text } from '../shape/shape.ts';
import { itemName } from './trunk.ts';

/** A call of which an administrator says what is to become of it, whatever else is changed. */
export const policyTestShape = object({
  /** Who dials. */
  from: extensionNumber,
  /** As it would be typed. */
  dials: text({ min: 1, max: 32 }),
  /** `2027-03-06T22:00`, where the office hours are read; null: at the time of the test. */
  at: nullable(
    text({
      max: 16,
      pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
      allowed: 'a local time such as 2027-03-06T22:00',
    }),
  ),
  expect: choice(['allow', 'deny']),
  /** The trunk that is to be tried first; null: any. */
  through: nullable(itemName),
  /** Why it matters, for whoever breaks it. */
  because: text({
    min: 1,
    max: 200,
    pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u,
    allowed: 'one line of 1 to 200 characters',
  }),
});
export type PolicyTest = ShapeOf<typeof policyTestShape>;
