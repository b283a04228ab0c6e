/** What one rule has to say. */
export interface Reason {
  /** Stable, kebab-case: administrators search for it, tests name it. */
  readonly rule: string;
  readonly verdict: 'allow' | 'deny';
  /** One sentence for the administrator; a stranger never reads it. */
  readonly text: string;
}

/** Allowed or not, and everything that was said for and against: what denies first, each in the order of the rules. */
export interface Decision {
  readonly verdict: 'allow' | 'deny';
  readonly because: readonly [Reason, ...Reason[]];
}

/** Says allow, deny, or nothing. A gate knows neither the clock nor a message: only what it is given. */
export type Gate<Facts, Policy> = (facts: Facts, policy: Policy) => Reason | undefined;

export function allow(rule: string, text: string): Reason {
  return { rule, verdict: 'allow', text };
}

export function deny(rule: string, text: string): Reason {
  return { rule, verdict: 'deny', text };
}

/**
 * Asks every gate and weighs the answers: deny wins, silence denies, and a gate that throws denies.
 *
 * All gates run, so the explanation is complete and their order cannot change the verdict. Never throws.
 */
export function decide<Facts, Policy>(
  gates: readonly Gate<Facts, Policy>[],
  facts: Facts,
  policy: Policy,
): Decision {
  const denials: Reason[] = [];
  const grants: Reason[] = [];
  for (const gate of gates) {
    const reason = ask(gate, facts, policy);
    if (reason === undefined) continue;
    if (reason.verdict === 'allow') grants.push(reason);
    else denials.push(reason);
  }
  const because = denials.length === 0 ? grants : denials.concat(grants);
  if (!isSome(because)) return { verdict: 'deny', because: [NOTHING_ALLOWS] };
  return { verdict: denials.length === 0 ? 'allow' : 'deny', because };
}

/** Is there a reason at all? */
export function isSome(reasons: readonly Reason[]): reasons is Decision['because'] {
  return reasons.length > 0;
}

const NOTHING_ALLOWS = deny('nothing-allows-it', 'No rule allows this');

/** The error's own words stay out: they may quote what a peer sent. */
function ask<Facts, Policy>(gate: Gate<Facts, Policy>, facts: Facts, policy: Policy): Reason | undefined {
  try {
    return gate(facts, policy);
  } catch {
    return deny(
      'rule-failed',
      `The rule ${gate.name === '' ? 'without a name' : gate.name} could not be applied`,
    );
  }
}
