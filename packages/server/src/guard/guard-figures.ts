import type { GuardRule } from '@ringwall/policy';
import type { ToldEffect } from './guard-events.ts';

/** What the guard did since the start, to be measured. */
export interface GuardFigures {
  readonly bans: ReadonlyMap<GuardRule, number>;
  readonly udpDrops: ReadonlyMap<GuardRule, number>;
  readonly throttles: ReadonlyMap<GuardRule, number>;
  readonly alarms: ReadonlyMap<string, number>;
  readonly lost: {
    /** Changes of the lists that could not be saved. */
    readonly changes: number;
    /** Security events that could not be saved. */
    readonly events: number;
    /** Security events that were over the budget, and are counted only. */
    readonly unwritten: number;
  };
}

export class GuardFigureCounts {
  readonly #bans = new Map<GuardRule, number>();
  readonly #udpDrops = new Map<GuardRule, number>();
  readonly #throttles = new Map<GuardRule, number>();
  readonly #alarms = new Map<string, number>();
  readonly #lost = { changes: 0, events: 0, unwritten: 0 };

  count(effect: ToldEffect): void {
    switch (effect.do) {
      case 'report-ban':
        return bump(this.#bans, effect.rule);
      case 'drop-udp':
        return bump(this.#udpDrops, effect.rule);
      case 'report-throttle':
        return bump(this.#throttles, effect.rule);
      case 'alarm':
        if (effect.isOn) bump(this.#alarms, effect.alarm);
        return;
      default: // Its ban is counted.
    }
  }

  lost(what: keyof GuardFigures['lost'], count: number): void {
    this.#lost[what] += count;
  }

  read(): GuardFigures {
    return {
      bans: this.#bans,
      udpDrops: this.#udpDrops,
      throttles: this.#throttles,
      alarms: this.#alarms,
      lost: { ...this.#lost },
    };
  }
}

function bump<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
