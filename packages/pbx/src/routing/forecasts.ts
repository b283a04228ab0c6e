import type { WallMs } from '@ringwall/base';
import { inside } from '../call/party.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import type { TrunkName } from '../snapshot/trunk.ts';
import type { Trunks } from '../trunk/trunks.ts';
import type { CallForecast } from './forecast.ts';
import type { InboundForecast } from './forecast-inbound.ts';
import type { Router } from './router.ts';

/** What would become of calls, if they were made, by the configuration and the trunks of now. None is placed. */
export class Forecasts {
  readonly #router: Router;
  readonly #trunks: Trunks;
  readonly #snapshot: () => Snapshot;

  constructor(router: Router, trunks: Trunks, snapshot: () => Snapshot) {
    this.#router = router;
    this.#trunks = trunks;
    this.#snapshot = snapshot;
  }

  /** Of a number that the extension dials at `at`. @returns undefined: there is no such extension. */
  call(number: ExtensionNumber, dialled: string, at: WallMs): CallForecast | undefined {
    const extension = this.#snapshot().extensions.get(number);
    if (extension === undefined) return undefined;
    return this.#router.forecast({ by: inside(extension), cause: 'dialled', from: 'extension', dialled }, at);
  }

  /** Of a call of that number through the trunk at `at`. @returns undefined: there is no such trunk. */
  inbound(
    name: TrunkName,
    call: { readonly called: string; readonly caller: string; readonly at: WallMs },
  ): InboundForecast | undefined {
    const running = this.#trunks.all().find(({ trunk }) => trunk.name === name);
    if (running === undefined) return undefined;
    const from = { kind: 'outside', trunk: running.trunk, number: call.caller, name: '' } as const;
    return this.#router.forecastInbound(from, call.called, call.at);
  }
}
