/** What becomes of a packet before it is read. */
export interface Admission {
  /** `throttle`: not now; `drop`: not from there. Neither is answered. */
  readonly verdict: 'pass' | 'throttle' | 'drop';
  readonly rule: AdmissionRule;
}

export const ADMISSION_RULES = [
  'whitelisted',
  'registered-flow',
  'trunk',
  'trunk-answer',
  'within-limits',
  'blacklisted',
  'shared-list',
  'barrier-red',
  'barrier-amber',
  'unanswered-challenges',
  'strangers-budget',
] as const;

export type AdmissionRule = (typeof ADMISSION_RULES)[number];

/** Every admission there is: made once, so that a packet needs no allocation. */
export const ADMISSIONS = {
  whitelisted: { verdict: 'pass', rule: 'whitelisted' },
  registeredFlow: { verdict: 'pass', rule: 'registered-flow' },
  trunk: { verdict: 'pass', rule: 'trunk' },
  trunkAnswer: { verdict: 'pass', rule: 'trunk-answer' },
  withinLimits: { verdict: 'pass', rule: 'within-limits' },
  blacklisted: { verdict: 'drop', rule: 'blacklisted' },
  sharedList: { verdict: 'drop', rule: 'shared-list' },
  red: { verdict: 'drop', rule: 'barrier-red' },
  amber: { verdict: 'throttle', rule: 'barrier-amber' },
  unanswered: { verdict: 'throttle', rule: 'unanswered-challenges' },
  strangersBudget: { verdict: 'throttle', rule: 'strangers-budget' },
} as const satisfies Readonly<Record<string, Admission>>;
