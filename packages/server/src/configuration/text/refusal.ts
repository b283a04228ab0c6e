import { type AdminError, adminError, type PlanView } from '@ringwall/contract';

/** So many broken tests are named. */
const MOST_NAMED = 10;

/**
 * Why a plan is not made unless somebody insists.
 *
 * @param ledOutside calls that inbound rules would lead outside and that would be refused.
 */
export function refusalOf(plan: PlanView, ledOutside: readonly string[]): AdminError | undefined {
  if (plan.broken.length > 0) return adminError('POLICY_TESTS_BROKEN', { tests: brokenWords(plan.broken) });
  if (ledOutside.length > 0) return adminError('INBOUND_OUTSIDE', { calls: ledOutside.join('; ') });
  if (plan.shutsOut !== null) return adminError('CONFIGURATION_SHUTS_OUT', { places: plan.shutsOut });
  return undefined;
}

function brokenWords(broken: PlanView['broken']): string {
  const shown = broken
    .slice(0, MOST_NAMED)
    .map(({ name, expected, got, decided }) => `${name} (expected ${expected}, now ${got}: ${decided})`);
  const more = broken.length > MOST_NAMED ? `, and ${broken.length - MOST_NAMED} more` : '';
  return `${shown.join(', ')}${more}.`;
}
