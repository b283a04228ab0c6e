import type { HomeNumbering } from './number-class.ts';
import { type NumberingPlan, planOfCountry } from './numbering-plan.ts';

/** What an administrator may set beside the country; `''`: as the country has it. */
export interface NumberingWishes {
  readonly country: string;
  readonly areaCode: string;
  readonly internationalPrefix: string;
  readonly nationalPrefix: string;
}

/**
 * How the country dials. Where several prefixes lead abroad, one for each carrier, and the plan prefers none, `00` is
 * taken: an administrator there sets his carrier's.
 */
export function homeNumbering(wishes: NumberingWishes): HomeNumbering {
  const { country, areaCode } = wishes;
  const plan = planOfCountry(country);
  return {
    country,
    areaCode,
    internationalPrefix:
      wishes.internationalPrefix || (plan === undefined ? '' : internationalPrefixOf(plan)),
    nationalPrefix: wishes.nationalPrefix || digitsOf(plan?.nationalPrefix ?? ''),
  };
}

function internationalPrefixOf({ preferredInternationalPrefix, internationalPrefix }: NumberingPlan): string {
  const preferred = digitsOf(preferredInternationalPrefix);
  return preferred || (/^\d+$/.test(internationalPrefix) ? internationalPrefix : '00');
}

/** `8~10` is 8, a pause for the tone, and 10. */
function digitsOf(prefix: string): string {
  return prefix.replaceAll('~', '');
}
