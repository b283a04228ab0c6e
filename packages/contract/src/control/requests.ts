import {
  flag,
  instant,
  listOf,
  nullable,
  object,
  optional,
  type Shape,
  type ShapeOf,
  text,
  whole,
} from '../shape/shape.ts';
import { callingChanges } from './calling-rights.ts';
import { CONFIGURATION_REQUESTS } from './configuration-requests.ts';
import { EMERGENCY_REQUESTS } from './emergency-requests.ts';
import { EXPLAIN_REQUESTS } from './explain-requests.ts';
import { GUARD_REQUESTS } from './guard-requests.ts';
import { CALLER_REQUESTS } from './caller-requests.ts';
import { LIMIT_REQUESTS } from './limit-requests.ts';
import { RATE_REQUESTS } from './rate-requests.ts';
import { OUTBOUND_REQUESTS } from './outbound-requests.ts';
import { INBOUND_REQUESTS } from './inbound-requests.ts';
import { HOURS_REQUESTS } from './hours-requests.ts';
import { RING_GROUP_REQUESTS } from './ring-group-requests.ts';
import { NOTIFY_REQUESTS } from './notify-requests.ts';
import { POLICY_REQUESTS } from './policy-requests.ts';
import { RECORD_REQUESTS } from './record-requests.ts';
import { TRUNK_REQUESTS } from './trunk-requests.ts';
import { MAX_PAGE_ROWS, matching, page, search } from './paging.ts';
import {
  bindingShape,
  callShape,
  certificateShape,
  displayName,
  extensionNumber,
  extensionShape,
  phoneAddress,
  phoneSettings,
  rtpMode,
  settingShape,
  statusShape,
} from './shapes.ts';

const pin = text({ min: 4, max: 10, pattern: /^\d+$/, allowed: '4 to 10 digits' });
const settingName = text({ min: 1, max: 100 });
const settingAnswer = object({ setting: settingShape, running: flag });
/** `confirmWithin`: the seconds after which it is taken back, unless `guard.confirm` is asked; null: it is kept. */
const settingChanged = object({
  setting: settingShape,
  running: flag,
  confirmWithin: nullable(whole(0, Number.MAX_SAFE_INTEGER)),
});

interface Declared {
  /** Can it be answered from the data directory alone, with the program stopped? */
  readonly offline: boolean;
  readonly request: Shape<unknown>;
  readonly response: Shape<unknown>;
}

/**
 * Every request that the command line may put to the program, with the shape of its answer.
 *
 * `calls.follow` is answered by a stream of {@link ControlEvent}; its response comes when the stream ends.
 */
export const REQUESTS = {
  'extension.add': {
    offline: true,
    request: object({
      number: extensionNumber,
      name: optional(displayName),
      /** Left out: true. */
      lanOnly: optional(flag),
      /** Left out: false. */
      secureTransportOnly: optional(flag),
      /** null or left out: by transport. */
      rtpMode: optional(nullable(rtpMode)),
      /** Left out: false. */
      isPinProtected: optional(flag),
    }),
    /** `pin`: one that was made with it, shown this once. */
    response: object({ extension: extensionShape, phone: phoneSettings, pin: optional(pin) }),
  },
  'extension.list': {
    offline: true,
    /** `search` is looked for in number and name, whatever its case. Ordered by number. */
    request: object({ search, ...page }),
    response: object({ extensions: listOf(extensionShape, MAX_PAGE_ROWS), matching }),
  },
  'extension.show': {
    offline: true,
    request: object({ number: extensionNumber }),
    /** `bindings` is null while the program is stopped. */
    response: object({ extension: extensionShape, bindings: nullable(listOf(bindingShape, 64)) }),
  },
  'extension.set': {
    offline: true,
    /** Changes what is named. */
    request: object({
      number: extensionNumber,
      name: optional(displayName),
      lanOnly: optional(flag),
      secureTransportOnly: optional(flag),
      rtpMode: optional(nullable(rtpMode)),
      calling: optional(callingChanges),
    }),
    /** `pin`: one that had to be made, since it had none; shown this once. */
    response: object({ extension: extensionShape, pin: optional(pin) }),
  },
  'extension.new-pin': {
    offline: true,
    /** Makes a new PIN of so many digits, 6 if left out. The old one is worth nothing from then on. */
    request: object({ number: extensionNumber, digits: optional(whole(4, 10)) }),
    response: object({ extension: extensionShape, pin }),
  },
  'extension.enable': {
    offline: true,
    request: object({ number: extensionNumber }),
    response: object({ extension: extensionShape }),
  },
  'extension.disable': {
    offline: true,
    request: object({ number: extensionNumber }),
    response: object({ extension: extensionShape }),
  },
  'extension.remove': {
    offline: true,
    request: object({ number: extensionNumber }),
    /** As it was. */
    response: object({ extension: extensionShape }),
  },
  'extension.new-secret': {
    offline: true,
    /** Makes a new auth ID and a new password. The old ones are worth nothing from then on. */
    request: object({ number: extensionNumber }),
    response: object({ extension: extensionShape, phone: phoneSettings }),
  },
  'setting.list': {
    offline: true,
    /** In the order of the reference page. */
    request: object({}),
    response: object({ settings: listOf(settingShape, MAX_PAGE_ROWS) }),
  },
  'setting.show': {
    offline: true,
    request: object({ name: settingName }),
    response: settingAnswer,
  },
  'setting.set': {
    offline: true,
    /** `value` is written as in an environment variable. `confirmed`: also if it shuts out registered phones. */
    request: object({ name: settingName, value: text({ max: 16_384 }), confirmed: optional(flag) }),
    response: settingChanged,
  },
  'setting.unset': {
    offline: true,
    /** Takes it out of the database; `confirmed` as for `setting.set`. */
    request: object({ name: settingName, confirmed: optional(flag) }),
    response: settingChanged,
  },
  'bindings.list': {
    offline: false,
    request: object({ extension: optional(extensionNumber), search, ...page }),
    response: object({ bindings: listOf(bindingShape, MAX_PAGE_ROWS), matching }),
  },
  'calls.list': {
    offline: false,
    request: object({ extension: optional(extensionNumber), ...page }),
    response: object({ calls: listOf(callShape, MAX_PAGE_ROWS), matching }),
  },
  'calls.follow': {
    offline: false,
    /** With `registrations`, what phones do beside calls is told too. */
    request: object({ extension: optional(extensionNumber), registrations: optional(flag) }),
    response: object({}),
  },
  ...RECORD_REQUESTS,
  ...POLICY_REQUESTS,
  ...TRUNK_REQUESTS,
  ...OUTBOUND_REQUESTS,
  ...LIMIT_REQUESTS,
  ...RATE_REQUESTS,
  ...INBOUND_REQUESTS,
  ...RING_GROUP_REQUESTS,
  ...HOURS_REQUESTS,
  ...EXPLAIN_REQUESTS,
  ...EMERGENCY_REQUESTS,
  ...CALLER_REQUESTS,
  ...CONFIGURATION_REQUESTS,
  ...NOTIFY_REQUESTS,
  ...GUARD_REQUESTS,
  status: { offline: true, request: object({}), response: statusShape },
  version: {
    offline: true,
    request: object({}),
    response: object({ version: text({ max: 64 }), node: text({ max: 64 }) }),
  },
  'try.begin': {
    offline: false,
    /** Makes two extensions in memory that work from the loopback address alone, for a minute. */
    request: object({}),
    response: object({
      token: text({ min: 1, max: 64 }),
      extensions: listOf(
        object({
          number: extensionNumber,
          authId: text({ min: 1, max: 64 }),
          password: text({ min: 1, max: 64 }),
        }),
        2,
      ),
      /** Loopback addresses to connect to. */
      addresses: listOf(phoneAddress, 16),
      /** What to write in the request line. */
      domain: text({ min: 1, max: 253 }),
      certificate: nullable(certificateShape),
      expiresAt: instant,
    }),
  },
  'try.end': {
    offline: false,
    request: object({ token: text({ min: 1, max: 64 }) }),
    response: object({}),
  },
  'certificate.reload': {
    offline: false,
    request: object({}),
    response: object({ certificate: certificateShape }),
  },
  /** Answered when the stop has begun. Calls in progress are ended in order. */
  stop: { offline: false, request: object({}), response: object({}) },
} as const satisfies Readonly<Record<string, Declared>>;

export type ControlName = keyof typeof REQUESTS;
export type RequestOf<Name extends ControlName> = ShapeOf<(typeof REQUESTS)[Name]['request']>;
export type ResponseOf<Name extends ControlName> = ShapeOf<(typeof REQUESTS)[Name]['response']>;

export function isControlName(name: string): name is ControlName {
  return Object.hasOwn(REQUESTS, name);
}
