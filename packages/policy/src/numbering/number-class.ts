declare const finalNumber: unique symbol;

/** A number in E.164 form (`+` and 2 to 15 digits), after the rule's rewriting: what the gates judge. */
export type FinalNumber = string & { readonly [finalNumber]: true };

/** What kind of number it is. Each word is stable; what cannot be classified is `unknown`. */
export const NUMBER_CLASSES = [
  'national-fixed',
  'mobile',
  'international',
  'premium',
  'shared-cost',
  'toll-free',
  'pager',
  'personal',
  'uan',
  'voicemail',
  'satellite',
  'global-service',
  'unknown',
] as const;

export type NumberClass = (typeof NUMBER_CLASSES)[number];

/** How the administrator's country dials. */
export interface HomeNumbering {
  /** ISO 3166-1 alpha-2, `GB`. */
  readonly country: string;
  /** Dialled before a country code: `00`, `011`. */
  readonly internationalPrefix: string;
  /** Dialled before a national number: `0`; empty where there is none. */
  readonly nationalPrefix: string;
  /** Put before a local number; empty where local numbers are not dialled. */
  readonly areaCode: string;
}

/** A dialled string that was understood. */
export interface Destination {
  readonly number: FinalNumber;
  /** ISO 3166-1 alpha-2; `undefined` where the number belongs to no country (satellite, global services). */
  readonly country: string | undefined;
  readonly numberClass: NumberClass;
}
