import { choice, flag, instant, listOf, nullable, object, optional, text, whole } from '../shape/shape.ts';
import { explanationShape, guardEntryShape, guardStatusShape, securityEventShape } from './guard-shapes.ts';
import { MAX_PAGE_ROWS, matching, page, search } from './paging.ts';
import { displayName } from './shapes.ts';

const address = text({ min: 1, max: 64 });
const network = text({ min: 1, max: 64 });
const list = choice(['blacklist', 'whitelist']);
const format = choice(['json', 'csv']);
const count = whole(0, Number.MAX_SAFE_INTEGER);
const shortText = text({
  max: 200,
  pattern: /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u,
  allowed: 'one line of at most 200',
});

const shadowSetting = object({ name: text({ min: 1, max: 64 }), value: text({ max: 256 }) });

/** A long file goes in several requests of so many characters: each fits what the socket takes, however it is written. */
export const MAX_PIECE_CHARACTERS = 100_000;

/** What is asked of the guard; a part of `REQUESTS`. */
export const GUARD_REQUESTS = {
  'guard.status': { offline: false, request: object({}), response: guardStatusShape },
  /** Of the shared list; `pull`: fetches it first. */
  'guard.feed': {
    offline: false,
    request: object({ pull: flag }),
    response: object({
      isWanted: flag,
      networks: count,
      refused: count,
      leftOut: count,
      pulledAt: nullable(instant),
      problem: text({ max: 1_024 }),
    }),
  },
  /** Settings that are tried out beside those in force. `start` needs `settings` and `seconds`. */
  'guard.shadow': {
    offline: false,
    request: object({
      what: choice(['start', 'report', 'stop']),
      settings: optional(listOf(shadowSetting, 32)),
      seconds: optional(whole(60, 31_536_000)),
    }),
    response: object({
      shadow: nullable(
        object({
          settings: listOf(shadowSetting, 32),
          since: instant,
          until: instant,
          stopped: listOf(
            object({
              source: text({ max: 64 }),
              rule: text({ max: 64 }),
              firstAt: instant,
              lastAt: instant,
              times: count,
            }),
            1_000,
          ),
        }),
      ),
    }),
  },
  'guard.events': {
    offline: true,
    /** Newest first, of the source that `address` belongs to, and older than the event `before`: for the next page. */
    request: object({
      limit: whole(1, MAX_PAGE_ROWS),
      address: optional(address),
      before: optional(count),
    }),
    /** `more`: are there older ones? */
    response: object({ events: listOf(securityEventShape, MAX_PAGE_ROWS), more: flag }),
  },
  'guard.why': { offline: false, request: object({ address }), response: explanationShape },
  'guard.list': {
    offline: true,
    /**
     * `search` is looked for in network, description and who added it; of an address, the entries that hold it are
     * found. Left out, `sort` is `network`; by anything else the highest come first.
     */
    request: object({
      list,
      search,
      sort: optional(choice(['network', 'added', 'expires', 'hits'])),
      ...page,
    }),
    response: object({ entries: listOf(guardEntryShape, MAX_PAGE_ROWS), matching }),
  },
  'guard.add': {
    offline: true,
    /** Adds an entry, or replaces the one for the same network. */
    request: object({
      list,
      network,
      description: optional(shortText),
      /** Who wants it, for the list. */
      by: optional(displayName),
      /** Left out: for good. Only of the blacklist. */
      seconds: optional(whole(1, 1_000_000_000)),
      /** Also if it shuts out this machine, phones that are registered, or trunks. */
      confirmed: optional(flag),
    }),
    /** `confirmWithin`: seconds after which it is taken back, unless it is confirmed; null: it is kept. */
    response: object({ entry: guardEntryShape, replaced: flag, confirmWithin: nullable(count) }),
  },
  /** Keeps what would shut somebody out, and is taken back otherwise. */
  'guard.confirm': { offline: false, request: object({}), response: object({ kept: count }) },
  'guard.remove': {
    offline: true,
    /** `confirmed`: off the whitelist also if that shuts out this machine, phones or trunks. */
    request: object({ list, network, confirmed: optional(flag) }),
    /** As it was. `confirmWithin`: as for `guard.add`. */
    response: object({ entry: guardEntryShape, confirmWithin: nullable(count) }),
  },
  'guard.unban': {
    offline: true,
    /** Ends the guard's own bans that hold the address, and forgets what was counted against it. */
    request: object({ address }),
    response: object({
      released: listOf(text({ max: 64 }), 128),
      /** What a person added, and keeps it out all the same. */
      stillBlockedBy: nullable(guardEntryShape),
    }),
  },
  'guard.export': {
    offline: true,
    /** A piece of the blacklist as a file: the first, or what goes on after `next` of the piece before. */
    request: object({ format, after: optional(text({ max: 64 })) }),
    /** `next` is null in the last piece. The pieces together are the file. */
    response: object({ text: text({ max: 8_000_000 }), next: nullable(text({ max: 64 })) }),
  },
  'guard.import': {
    offline: true,
    /**
     * A piece of a file for the blacklist. With the last one all of its entries are added, or none of them is. A
     * piece with another `upload` than the one before it begins anew.
     */
    request: object({
      upload: text({ min: 8, max: 64 }),
      format,
      piece: text({ max: MAX_PIECE_CHARACTERS }),
      last: flag,
      by: optional(displayName),
      confirmed: optional(flag),
    }),
    /** `expired` were over already, and left out. Both are 0 until the last piece. */
    response: object({ added: count, expired: count, confirmWithin: nullable(count) }),
  },
} as const;
