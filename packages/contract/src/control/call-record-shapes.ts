import {
  amount,
  choice,
  instant,
  listOf,
  nullable,
  object,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';

/** Text that came from the network at some time: may hold anything, and is made harmless where it is shown. */
const wild = text({ max: 4_096 });
const count = whole(0, Number.MAX_SAFE_INTEGER);
const verdict = choice(['allow', 'deny']);
const extension = text({ max: 8, pattern: /^\d{2,8}$/, allowed: '2 to 8 digits' });

const statisticsShape = object({
  packetsReceived: count,
  packetsSent: count,
  bytesReceived: count,
  bytesSent: count,
  packetsLost: count,
  jitterMs: amount,
  dropped: object({
    source: count,
    malformed: count,
    'payload-type': count,
    authentication: count,
    replay: count,
    hold: count,
    unjoined: count,
    'no-target': count,
  }),
});

const legShape = object({
  role: choice(['caller', 'callee']),
  extension: nullable(extension),
  /** Who it was, if no extension. */
  outside: nullable(object({ trunk: wild, number: wild, name: wild })),
  transport: choice(['udp', 'tcp', 'tls']),
  /** Of the other end of the signalling. This and the four below: null in records of older versions. */
  address: nullable(wild),
  startedAt: nullable(instant),
  /** null: never. */
  answeredAt: nullable(instant),
  endedAt: nullable(instant),
  /** SIP status that it refused with; null: none. */
  status: nullable(whole(0, 999)),
  codec: wild,
  srtpSuite: nullable(wild),
  /** null: the relay could not say. */
  statistics: nullable(statisticsShape),
});
export type CallRecordLegView = ShapeOf<typeof legShape>;

export const callOutcome = choice([
  'answered',
  'busy',
  'no-answer',
  'cancelled',
  'declined',
  'refused',
  'unreachable',
  'failed',
]);

export const callRecordShape = object({
  id: wild,
  /** An extension, or a number outside. */
  caller: nullable(wild),
  callerAddress: wild,
  dialled: wild,
  answeredBy: nullable(wild),
  startedAt: instant,
  answeredAt: nullable(instant),
  endedAt: instant,
  outcome: callOutcome,
  endedBy: choice(['caller', 'callee', 'system']),
  reason: wild,
  status: whole(0, 999),
  legs: listOf(legShape, 64),
  redirections: listOf(object({ by: wild, to: wild, refused: nullable(wild) }), 16),
  /** What the gates of the call policy said; empty for a call within the house. */
  because: listOf(object({ rule: wild, verdict, text: wild }), 256),
  /** Numbers that the call policy was asked about; null in records of older versions. */
  asked: nullable(
    listOf(
      object({
        /** The extension that answers for it; null: nobody in the house. */
        by: nullable(extension),
        cause: choice(['dialled', 'forward', 'redirect', 'transfer', 'rule', 'remote']),
        from: choice(['extension', 'trunk']),
        dialled: wild,
        at: instant,
        verdict,
        /** The gate that the verdict is of. */
        rule: wild,
        /** What was read, such as `+442079460123`; null: no number. */
        number: nullable(wild),
      }),
      16,
    ),
  ),
  transfers: listOf(
    object({
      by: wild,
      how: choice(['blind', 'attended']),
      to: wild,
      at: instant,
      /** null: it was done. */
      failed: nullable(wild),
      /** The other call of an attended transfer. */
      joined: nullable(wild),
    }),
    16,
  ),
});
export type CallRecordView = ShapeOf<typeof callRecordShape>;
