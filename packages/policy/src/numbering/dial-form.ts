import type { FinalNumber, HomeNumbering } from './number-class.ts';
import { planOfCountry } from './numbering-plan.ts';

/** How a provider wants numbers written: `+442079460123`, or as somebody in the home country dials them. */
export type NumberForm = 'e164' | 'national';

/**
 * A judged number as it is sent. It is composed from the number alone, and read again it gives that number: no
 * spelling of who dialled comes near it.
 */
export function dialForm(number: FinalNumber, form: NumberForm, home: HomeNumbering): string {
  const { country, nationalPrefix, internationalPrefix } = home;
  const plan = planOfCountry(country);
  if (form === 'e164' || plan === undefined) return number;
  const code = `+${plan.callingCode}`;
  return number.startsWith(code)
    ? `${nationalPrefix}${number.slice(code.length)}`
    : `${internationalPrefix}${number.slice(1)}`;
}
