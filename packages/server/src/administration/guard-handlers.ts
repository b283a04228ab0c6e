import {
  type Cidr,
  type Clock,
  err,
  networkText,
  ok,
  parseIp,
  type Result,
  type WallMs,
} from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type ControlHandlers,
  type ControlName,
  type ResponseOf,
} from '@ringwall/contract';
import { type Binding, type RunningTrunk, type Store, StoreError } from '@ringwall/pbx';
import {
  addEntries,
  ADMISSION_RULES,
  explainSource,
  GUARD_SIZES,
  guardStatistics,
  importCsv,
  importJson,
  liveEntries,
  type NewEntry,
  parseListNetwork,
  removeEntry,
  unban,
} from '@ringwall/policy';
import { RING_GROUP_ITEM } from '../configuration/build-ring-groups.ts';
import { actionOf, exportPiece, findEntries } from './guard-lists.ts';
import { deniedWithout, inWords, protectedPlaces, shutOut } from './guard-places.ts';
import {
  changeGuard,
  entryUnknown,
  type GuardSide,
  type RunningGuard,
  storedGuard,
  tryGuard,
} from './guard-side.ts';
import { guardEntryView, kernelView, policySentences, securityEventView } from './guard-views.ts';
import { Upload } from './upload.ts';

type GuardName = Extract<ControlName, `guard.${string}`>;
type GuardHandlers = Pick<ControlHandlers, GuardName>;

export interface GuardHandlersParts {
  readonly store: Pick<
    Store,
    | 'extensions'
    | 'items'
    | 'bindings'
    | 'guardEntries'
    | 'changeGuardEntries'
    | 'addSecurityEvents'
    | 'securityEvents'
  >;
  readonly clock: Clock;
  readonly notRunning: Result<never, AdminError>;
  readonly canaries: () => readonly string[];
  readonly ownAddresses: () => readonly string[];
  /** Undefined: the program is stopped. */
  readonly running:
    | {
        readonly guard: RunningGuard;
        bindings(): Iterable<Binding>;
        trunks(): readonly RunningTrunk[];
      }
    | undefined;
}

const WEEK_SECONDS = 604_800;
const SOMEBODY = 'an administrator';

/** The answers to everything that an administrator may ask of the guard. */
export function guardHandlers(parts: GuardHandlersParts): GuardHandlers {
  const { store, clock, notRunning, running } = parts;
  const upload = new Upload();
  let stored: Promise<GuardSide> | undefined;
  const side = async (): Promise<GuardSide> => running?.guard ?? (stored ??= storedGuard(store, clock));
  const bindings = async (): Promise<Iterable<Binding>> =>
    running?.guard.probation.withPhonesOnTrial(running.bindings()) ?? store.bindings(clock.wall());
  const places = (phones: Iterable<Binding>) =>
    protectedPlaces(parts.ownAddresses(), phones, running?.trunks() ?? []);
  /** Adds all or none; first it is asked whom that would shut out. */
  const add = async (entries: readonly NewEntry[], confirmed: boolean) => {
    const blocked = entries.filter(({ action }) => action === 'block').map(({ network }) => network);
    const [at, phones] = [await side(), [...(await bindings())]];
    const out = shutOut(blocked, places(phones));
    if (out !== undefined && !confirmed) return err(adminError('GUARD_SHUTS_OUT', { places: out }));
    const change = () => {
      const added = addEntries(at.guard, entries, at.now());
      return added.ok ? added : err(adminError('GUARD_LISTS_FULL', { problem: added.error.text }));
    };
    if (out === undefined || running === undefined) {
      const changed = await changeGuard(at, change);
      return changed.ok ? ok(null) : changed;
    }
    const tried = tryGuard(at, change);
    if (!tried.ok) return tried;
    return running.guard.probation.begin({ what: `a change that shuts out ${out}`, phones, ...tried.value });
  };
  /** Off the whitelist; whom that lets the blacklist, or the shared list, shut out is asked by doing it. */
  const disallow = async (network: Cidr, confirmed: boolean) => {
    const [at, phones] = [await side(), [...(await bindings())]];
    const change = () => ok(removeEntry(at.guard, network, 'allow') ?? []);
    const newlyDenied = deniedWithout([network], places(phones), at, running?.guard.probation);
    const tried = tryGuard(at, change);
    if (!tried.ok) return tried;
    const out = inWords(newlyDenied());
    if (out !== undefined && !confirmed) {
      tried.value.revert();
      return err(adminError('GUARD_SHUTS_OUT', { places: out }));
    }
    if (out !== undefined && running !== undefined) {
      return running.guard.probation.begin({
        what: `a change that shuts out ${out}`,
        phones,
        ...tried.value,
      });
    }
    const kept = await tried.value.keep();
    if (!kept.ok) tried.value.revert();
    return kept.ok ? ok(null) : kept;
  };

  const table: GuardHandlers = {
    'guard.status': async () => {
      if (running === undefined) return notRunning;
      const { guard, keeper, now, kernel } = running.guard;
      const { admitted, repliesRefused } = guardStatistics(guard);
      const [extensions, items] = await Promise.all([store.extensions(), store.items()]);
      const taken = new Set<string>(extensions.map(({ number }) => number));
      for (const { kind, name } of items) if (kind === RING_GROUP_ITEM) taken.add(name);
      const entries = liveEntries(guard, now());
      const blacklisted = entries.filter(({ entry }) => entry.action === 'block').length;
      return ok({
        policy: policySentences(guard.policy, parts.canaries(), (number) => taken.has(number)),
        lists: { blacklisted, whitelisted: entries.length - blacklisted, limit: guard.sizes.listEntries },
        admitted: ADMISSION_RULES.map((rule) => ({ rule, packets: admitted[rule] })),
        repliesRefused,
        alarms: [...keeper.alarms()],
        kernel: kernelView(await kernel()),
      });
    },
    'guard.shadow': async ({ what, settings = [], seconds = WEEK_SECONDS }) => {
      if (running === undefined) return notRunning;
      const { shadow } = running.guard;
      if (what === 'report') return ok({ shadow: shadow.view() ?? null });
      const done = what === 'start' ? await shadow.start(settings, seconds) : await shadow.stop();
      return done.ok ? ok({ shadow: done.value ?? null }) : done;
    },
    'guard.feed': async ({ pull }) => {
      if (running === undefined) return notRunning;
      const { feed } = running.guard;
      const view = pull ? await feed.pull() : feed.view();
      return ok({ ...view, pulledAt: view.pulledAt ?? null });
    },
    'guard.events': async ({ limit, address, before }) => {
      if (address !== undefined && parseIp(address) === undefined) return noAddress(address);
      const at = await side();
      const events = await store.securityEvents({
        limit: limit + 1,
        ...(before === undefined ? {} : { before }),
        ...(address === undefined ? {} : { source: explainSource(at.guard, address, at.now()).source }),
      });
      return ok({ events: events.slice(0, limit).map(securityEventView), more: events.length > limit });
    },
    'guard.why': async ({ address }) => {
      if (running === undefined) return notRunning;
      if (parseIp(address) === undefined) return noAddress(address);
      const { source, verdict, because } = explainSource(running.guard.guard, address, running.guard.now());
      return ok({ source, verdict, because: because.slice(0, 64) });
    },
    'guard.list': async (request) => {
      const { guard, now } = await side();
      const found = findEntries(liveEntries(guard, now()), request);
      const { skip = 0, limit } = request;
      return ok({ entries: found.slice(skip, skip + limit).map(guardEntryView), matching: found.length });
    },
    'guard.add': async ({ list, network, description = '', by = SOMEBODY, seconds, confirmed = false }) => {
      if (list === 'whitelist' && seconds !== undefined) return err(adminError('GUARD_ALLOW_EXPIRES'));
      const read = parseListNetwork(network);
      if (!read.ok) return err(adminError('GUARD_NETWORK', { problem: bare(read.error.text) }));
      const { guard } = await side();
      const action = actionOf(list);
      const replaced = guard.lists.get(read.value, action) !== undefined;
      const expiresAt = seconds === undefined ? undefined : ((clock.wall() + seconds * 1_000) as WallMs);
      const entry: NewEntry = { network: read.value, action, description, addedBy: by, expiresAt };
      const added = await add([entry], confirmed);
      if (!added.ok) return added;
      const listed = guard.lists.get(read.value, action);
      return listed === undefined
        ? err(entryUnknown(network, list))
        : ok({ entry: guardEntryView(listed), replaced, confirmWithin: added.value });
    },
    'guard.confirm': async () => {
      if (running === undefined) return notRunning;
      const kept = await running.guard.probation.confirm();
      return kept.ok ? ok({ kept: kept.value }) : kept;
    },
    'guard.remove': async ({ list, network, confirmed = false }) => {
      const read = parseListNetwork(network);
      if (!read.ok) return err(adminError('GUARD_NETWORK', { problem: bare(read.error.text) }));
      const at = await side();
      const action = actionOf(list);
      const listed = at.guard.lists.get(read.value, action);
      if (listed === undefined) return err(entryUnknown(network, list));
      if (action === 'allow') {
        const removed = await disallow(read.value, confirmed);
        return removed.ok ? ok({ entry: guardEntryView(listed), confirmWithin: removed.value }) : removed;
      }
      const removed = await changeGuard(at, () => ok(removeEntry(at.guard, read.value, action) ?? []));
      return removed.ok ? ok({ entry: guardEntryView(listed), confirmWithin: null }) : removed;
    },
    'guard.unban': async ({ address }) => {
      if (parseIp(address) === undefined) return noAddress(address);
      const at = await side();
      const released: string[] = [];
      let stillBlockedBy: ResponseOf<'guard.unban'>['stillBlockedBy'] = null;
      const changed = await changeGuard(at, () => {
        const done = unban(at.guard, address, at.now());
        for (const effect of done.effects) {
          if (effect.do === 'forget-entry') released.push(networkText(effect.network));
        }
        const left = done.stillBlockedBy;
        const listed = left === undefined ? undefined : at.guard.lists.get(left.network, left.action);
        stillBlockedBy = listed === undefined ? null : guardEntryView(listed);
        return ok(done.effects);
      });
      return changed.ok ? ok({ released, stillBlockedBy }) : changed;
    },
    'guard.export': async ({ format, after }) => {
      const { guard, now } = await side();
      return ok(exportPiece(liveEntries(guard, now()), format, after));
    },
    'guard.import': async ({ upload: id, format, piece, last, by = SOMEBODY, confirmed = false }) => {
      const taken = upload.take(id, piece, last);
      if (taken === undefined) return ok({ added: 0, expired: 0, confirmWithin: null });
      if (taken === 'too-long') return wrongFile('The file is too long');
      const read = (format === 'csv' ? importCsv : importJson)(taken.file, {
        addedBy: by,
        limit: GUARD_SIZES.listEntries,
      });
      if (!read.ok) return wrongFile(read.error.text);
      const allowed = read.value.find(({ action }) => action === 'allow');
      if (allowed !== undefined)
        return wrongFile(`${networkText(allowed.network)} is to be allowed, and this is for the blacklist`);
      const wall = clock.wall();
      const entries = read.value.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > wall);
      const added = await add(entries, confirmed);
      if (!added.ok) return added;
      const expired = read.value.length - entries.length;
      return ok({ added: entries.length, expired, confirmWithin: added.value });
    },
  };
  return refusingStoreErrors(table);
}

/** What the store refuses is a sentence, as everything else is. */
function refusingStoreErrors(table: GuardHandlers): GuardHandlers {
  const wrapped = Object.entries(table).map(([name, handle]) => {
    const asked = handle as (request: unknown) => Promise<Result<unknown, AdminError>>;
    const safe = async (request: unknown): Promise<Result<unknown, AdminError>> => {
      try {
        return await asked(request);
      } catch (error) {
        if (error instanceof StoreError) return err({ code: error.code, text: error.message });
        throw error;
      }
    };
    return [name, safe];
  });
  // Each function took the place of its own.
  return Object.fromEntries(wrapped) as GuardHandlers;
}

function noAddress(address: string): Result<never, AdminError> {
  return err(adminError('GUARD_ADDRESS', { address }));
}

function wrongFile(problem: string): Result<never, AdminError> {
  return err(adminError('GUARD_FILE', { problem: bare(problem) }));
}

/** Without the full stop, which the sentence around it has. */
function bare(text: string): string {
  return text.replace(/\.$/, '');
}
