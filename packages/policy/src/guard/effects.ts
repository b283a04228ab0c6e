import type { Cidr } from '@ringwall/base';
import type { ListEntry } from './list-entry.ts';

/** Limits that a source can meet and be shut out for. */
export type GuardRule =
  | 'failed-authentication'
  | 'unanswered-challenges'
  | 'barrier-amber'
  | 'barrier-red'
  | 'canary';

/**
 * What the guard wants done. It has already acted on all of it itself: an effect that is lost costs memory of it
 * after a restart, or speed in the kernel, and lets nobody in.
 */
export type GuardEffect =
  /** The entry is to be stored, and to be known to the kernel; it replaces one with the same network and action. */
  | { readonly do: 'save-entry'; readonly entry: ListEntry }
  | { readonly do: 'forget-entry'; readonly network: Cidr; readonly action: ListEntry['action'] }
  /** To be told: a source was blacklisted on proven evidence, for every transport. Its entry is saved by another effect. */
  | { readonly do: 'report-ban'; readonly rule: GuardRule; readonly entry: ListEntry }
  /** UDP from there is dropped for this long; it may be forged, so it is nowhere stored, and ends by itself. */
  | {
      readonly do: 'drop-udp';
      readonly source: string;
      readonly rule: GuardRule;
      readonly forMs: number;
    }
  /** What comes from there over UDP, or over TCP and TLS, is ignored for this long, but for registered phones. */
  | {
      readonly do: 'report-throttle';
      readonly source: string;
      readonly scope: 'udp' | 'stream';
      readonly rule: GuardRule;
      readonly forMs: number;
    }
  /** Phones are registered from a source that was blacklisted: they go on, and their owner should know. */
  | { readonly do: 'tell-owner'; readonly source: string; readonly rule: GuardRule; readonly text: string }
  | { readonly do: 'alarm'; readonly alarm: Alarm; readonly isOn: boolean; readonly text: string };

/** `canary` and `lists-full` are only ever raised; `guessing` is over at some time. */
export type Alarm = 'guessing' | 'canary' | 'lists-full';
