import type { WallMs } from '@ringwall/base';
import type { OutsideWish } from '../call/outside-wish.ts';
import { extensionOf } from '../call/party.ts';
import type { ExtensionNumber } from '../snapshot/snapshot.ts';
import { isAlive } from '../trunk/link.ts';
import {
  type EmergencyStand,
  type EmergencyView,
  emergencyOrder,
  emergencyStand,
} from './emergency-order.ts';
import type { CallForecast } from './forecast.ts';
import type { OutsideView } from './plan-outside.ts';

/** How a call for help would go, without one. */
export interface EmergencyRehearsal {
  /** Those of the house's country and the administrator's own; 112 and 911 are known beside them. */
  readonly numbers: readonly string[];
  /** Who would call. */
  readonly from: string;
  readonly forecast: CallForecast;
  /** In the order in which they would be tried; `unusable`: it would not be. */
  readonly trunks: readonly {
    readonly name: string;
    readonly stand: EmergencyStand | 'unusable';
    /** One sentence; `''`: nothing is wrong with it. */
    readonly text: string;
  }[];
  readonly location: string;
  /** Phones that would ring and show it. */
  readonly called: readonly { readonly extension: string; readonly phones: number }[];
}

export function rehearsalOf(
  from: string,
  forecast: CallForecast,
  view: OutsideView,
  phonesOf: (extension: ExtensionNumber) => number,
): EmergencyRehearsal {
  const { dialling, trunks } = view;
  const order = emergencyOrder(view);
  const { plan } = forecast;
  const { location, callExtensions } = dialling.emergencyCare;
  return {
    numbers: dialling.policy.emergency.numbers,
    from,
    forecast,
    trunks: [
      ...order.map((running) => ({
        name: running.trunk.name,
        stand: emergencyStand(running, view),
        text: textOf(running, view),
      })),
      ...trunks
        .filter((each) => !order.includes(each))
        .map(({ trunk, link }) => ({
          name: trunk.name,
          stand: 'unusable' as const,
          text: trunk.enabled ? link.problem || 'The provider was never reached' : 'The trunk is disabled',
        })),
    ],
    location: (plan.ok ? plan.emergency?.location : undefined) ?? location,
    called: callExtensions.map((extension) => ({
      extension,
      phones: phonesOf(extension as ExtensionNumber),
    })),
  };
}

function textOf({ trunk, link }: EmergencyView['trunks'][number], view: EmergencyView): string {
  if (!isAlive(link)) return link.problem || 'The provider has not answered yet';
  return view.refusal(trunk) ?? '';
}

/** So long may an administrator take to walk to the phone. */
const REHEARSAL_MS = 300_000;

/** One number that one extension may call once by the way of emergency calls, because an administrator said so. */
export class Rehearsal {
  #wanted: { readonly extension: string; readonly number: string; readonly until: number } | undefined;

  /** @returns until when it holds. */
  arm(extension: ExtensionNumber, number: string, now: WallMs): WallMs {
    const until = (now + REHEARSAL_MS) as WallMs;
    this.#wanted = { extension, number, until };
    return until;
  }

  /** Is this the call? It is so once. */
  takes({ by, cause, dialled }: OutsideWish, now: WallMs): boolean {
    if (this.#wanted === undefined || cause !== 'dialled') return false;
    const { extension, number, until } = this.#wanted;
    if (dialled !== number || extensionOf(by)?.number !== extension) return false;
    this.#wanted = undefined;
    return now <= until;
  }
}
