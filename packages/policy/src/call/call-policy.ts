import type { NumberClass } from '../numbering/number-class.ts';
import { HIGH_RISK_RANGES, type HighRiskRange } from './high-risk-ranges.ts';

/** What the administrator allows to leave the house. Everything is allowed by name; what is not named is denied. */
export interface CallPolicy {
  /** ISO 3166-1 alpha-2; empty until it is set, and then nothing but an emergency call leaves. */
  readonly homeCountry: string;
  /**
   * `GB`, or the calling code of what belongs to no country (`+881`), matched exactly. `home`: the home country
   * alone.
   */
  readonly allowedCountries: 'home' | readonly string[];
  readonly allowedClasses: readonly NumberClass[];
  /** Those that come with the program: they do not count in the home country, whose people are dialled every day. */
  readonly highRiskRanges: readonly HighRiskRange[];
  /** The administrator's own: they count everywhere. */
  readonly deniedRanges: readonly HighRiskRange[];
  /** Where calls may go out of office hours, for extensions that may not call as always. */
  readonly outOfHours: 'everywhere' | 'home' | 'nowhere';
  /** May the voicemail menu, which is reached from outside, place calls? */
  readonly allowsRemoteCalling: boolean;
}

export const DEFAULT_CALL_POLICY: CallPolicy = {
  homeCountry: '',
  allowedCountries: 'home',
  allowedClasses: ['national-fixed', 'mobile', 'international', 'toll-free'],
  highRiskRanges: HIGH_RISK_RANGES,
  deniedRanges: [],
  outOfHours: 'home',
  allowsRemoteCalling: false,
};
