import type { Clock, WallMs } from '@ringwall/base';
import type { EmergencyRehearsal } from '../routing/rehearsal.ts';
import type { Router } from '../routing/router.ts';
import type { ExtensionNumber, Snapshot } from '../snapshot/snapshot.ts';
import type { Trunks } from '../trunk/trunks.ts';

/** What an administrator tries of calls for help, without one. */
export class EmergencyTest {
  readonly #router: Router;
  readonly #trunks: Trunks;
  readonly #snapshot: () => Snapshot;
  readonly #clock: Pick<Clock, 'wall'>;

  constructor(router: Router, trunks: Trunks, snapshot: () => Snapshot, clock: Pick<Clock, 'wall'>) {
    this.#router = router;
    this.#trunks = trunks;
    this.#snapshot = snapshot;
    this.#clock = clock;
  }

  /** Providers that have not answered yet whether they live. */
  get unanswered(): readonly string[] {
    const names = this.#trunks.all().map(({ trunk }) => trunk.name);
    return names.filter((name) => this.#trunks.isAsking(name));
  }

  /** How a call for help would go. @param from undefined: of the first extension. @returns undefined: there is none. */
  rehearse(from: ExtensionNumber | undefined): EmergencyRehearsal | undefined {
    const { extensions } = this.#snapshot();
    const [first] = extensions.values();
    const extension = from === undefined ? first : extensions.get(from);
    return extension && this.#router.rehearse(extension);
  }

  isForHelp(number: string): boolean {
    return this.#router.isForHelp(number);
  }

  /** Has the next call of the extension to this number take the way of emergency calls. @returns until when that holds. */
  arm(extension: ExtensionNumber, number: string): WallMs {
    return this.#router.rehearsal.arm(extension, number, this.#clock.wall());
  }
}
