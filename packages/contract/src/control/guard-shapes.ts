import { ADMISSION_RULES } from '@ringwall/policy';
import { choice, instant, listOf, nullable, object, type ShapeOf, text, whole } from '../shape/shape.ts';

/** Text that came from the network at some time: made harmless where it is shown. */
const wild = text({ max: 4_096 });
const count = whole(0, Number.MAX_SAFE_INTEGER);
const verdict = choice(['allow', 'deny']);

export const guardEntryShape = object({
  /** `192.0.2.7` or `192.0.2.0/24`. */
  network: wild,
  action: choice(['allow', 'block']),
  description: wild,
  /** `automatic`: the guard's own. */
  origin: choice(['manual', 'automatic']),
  addedBy: wild,
  addedAt: instant,
  /** null: never. */
  expiresAt: nullable(instant),
  /** How often in a row the guard has blacklisted it; 0 for what a person added. */
  times: count,
  /** Packets that it decided since the program was started; 0 while it is stopped. */
  hits: count,
  lastHitAt: nullable(instant),
  /** Oldest first. */
  evidence: listOf(object({ at: instant, rule: wild, seen: wild }), 16),
});
export type GuardEntryView = ShapeOf<typeof guardEntryShape>;

export const securityEventShape = object({
  id: count,
  at: instant,
  kind: choice(['ban', 'udp-drop', 'throttle', 'owner-told', 'alarm']),
  /** Empty: it is about no one source. */
  source: wild,
  rule: wild,
  text: wild,
});
export type SecurityEventView = ShapeOf<typeof securityEventShape>;

export const guardStatusShape = object({
  /** What is in force, a sentence each. */
  policy: listOf(wild, 32),
  lists: object({ blacklisted: count, whitelisted: count, limit: count }),
  /** Packets since the start, by the rule that decided them. */
  admitted: listOf(object({ rule: choice(ADMISSION_RULES), packets: count }), ADMISSION_RULES.length),
  repliesRefused: count,
  alarms: listOf(object({ alarm: choice(['guessing', 'canary', 'lists-full']), at: instant, text: wild }), 3),
  /** Who drops what is blacklisted, and in a sentence what that means. */
  kernel: object({
    by: choice(['sockets', 'kernel']),
    text: wild,
    /**
     * Packets that the kernel dropped since it began to: of the blacklist, beyond what one source may send, and beyond
     * what all strangers may. null: it drops none, or could not say.
     */
    dropped: nullable(object({ banned: count, metered: count, budget: count })),
  }),
});
export type GuardStatusView = ShapeOf<typeof guardStatusShape>;

/** First what decides, then all else that is known. */
export const explanationShape = object({
  /** What it is counted as: itself, or its /64. */
  source: wild,
  verdict,
  because: listOf(object({ rule: wild, verdict, text: wild }), 64),
});
export type ExplanationView = ShapeOf<typeof explanationShape>;
