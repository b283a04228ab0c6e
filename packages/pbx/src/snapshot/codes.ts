import type { ServiceName } from '../service/service.ts';

/** What is dialled to have the house itself do something. */
export interface ServiceCodes {
  /** By code: `777`, `*43`. None of them is an extension, or a number that is dialled for help. */
  readonly services: ReadonlyMap<string, ServiceName>;
  /** How long an extension stays unlocked. */
  readonly pinUnlockMs: number;
}

export const NO_CODES: ServiceCodes = { services: new Map(), pinUnlockMs: 300_000 };
