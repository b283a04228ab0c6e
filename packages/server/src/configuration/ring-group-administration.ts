import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type RingGroupDocument, type RingGroupView } from '@ringwall/contract';
import { MOST_GROUPS_IN_A_ROW, type Store } from '@ringwall/pbx';
import { checkName, checkNumber } from '../extensions/extension-rules.ts';
import {
  missingInGroup,
  readRingGroups,
  RING_GROUP_ITEM,
  type StoredRingGroup,
} from './build-ring-groups.ts';
import { extensionsAmong } from './extensions-among.ts';
import { storeAnswer } from './store-answer.ts';

export const MOST_RING_GROUPS = 1_000;

export interface RingGroupAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems' | 'extensions'>;
  /** Is it a number that is dialled for help? */
  readonly isForHelp: (number: string) => boolean;
  /** The setting of the service code that it is; undefined: it is none. */
  readonly codeSetting: (number: string) => string | undefined;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** What is there that numbers are compared with. */
interface House {
  /** Among the numbers that are asked for. */
  readonly extensions: ReadonlySet<string>;
  readonly groups: readonly StoredRingGroup[];
  /** Numbers of all groups, also of those that cannot be read. */
  readonly numbers: ReadonlySet<string>;
}

/** What an administrator does with ring groups, with the program running or stopped. */
export class RingGroupAdministration {
  readonly #parts: RingGroupAdministrationParts;

  constructor(parts: RingGroupAdministrationParts) {
    this.#parts = parts;
  }

  /** In the order of their numbers. */
  list(): Promise<Result<readonly RingGroupView[], AdminError>> {
    return storeAnswer(async () => ok(await this.#views(() => true)));
  }

  show(number: string): Promise<Result<RingGroupView, AdminError>> {
    return storeAnswer(async () => {
      const [found] = await this.#views((each) => each.number === number);
      return found === undefined ? err(adminError('RING_GROUP_UNKNOWN', { number })) : ok(found);
    });
  }

  /** Is there a ring group of this number? Then it can be no extension. */
  async has(number: string): Promise<boolean> {
    return (await this.#parts.store.items()).some(
      ({ kind, name }) => kind === RING_GROUP_ITEM && name === number,
    );
  }

  async save(
    number: string,
    wanted: RingGroupDocument,
    mustBeNew: boolean,
  ): Promise<Result<RingGroupView, AdminError>> {
    const name = checkName(wanted.name === '' ? number : wanted.name);
    if (!name.ok) return name;
    const group: RingGroupDocument = {
      ...wanted,
      name: name.value,
      members: [...new Set(wanted.members)],
    };
    const saved = await storeAnswer(async () => {
      const house = await this.#house(() => [number, ...namedBy(group)]);
      const isThere = house.numbers.has(number);
      if (mustBeNew && isThere) return err(adminError('RING_GROUP_EXISTS', { number }));
      if (!mustBeNew && !isThere) return err(adminError('RING_GROUP_UNKNOWN', { number }));
      if (!isThere && house.numbers.size >= MOST_RING_GROUPS)
        return err(adminError('RING_GROUP_FULL', { limit: MOST_RING_GROUPS }));
      const problem = checkRingGroup(number, group, { ...house, ...this.#parts });
      if (problem !== undefined) return err(problem);
      const item = { kind: RING_GROUP_ITEM, name: number, json: JSON.stringify(group), sealed: undefined };
      await this.#parts.store.changeItems([{ do: 'save-item', ...item }]);
      this.#parts.onChanged();
      return ok(undefined);
    });
    return saved.ok ? this.show(number) : saved;
  }

  /** Also one that cannot be read. Rules and groups that name it do without it, and a warning says so. */
  remove(number: string): Promise<Result<{ readonly number: string }, AdminError>> {
    return storeAnswer(async () => {
      if (!(await this.has(number))) return err(adminError('RING_GROUP_UNKNOWN', { number }));
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: RING_GROUP_ITEM, name: number }]);
      this.#parts.onChanged();
      return ok({ number });
    });
  }

  async #views(isAsked: (group: StoredRingGroup) => boolean): Promise<readonly RingGroupView[]> {
    const { extensions, groups, numbers } = await this.#house((all) =>
      all.filter(isAsked).flatMap(({ group }) => namedBy(group)),
    );
    return groups.filter(isAsked).map(({ number, group }) => ({
      number,
      group,
      missing: missingInGroup(group, extensions, numbers),
    }));
  }

  /** @param asked numbers that may be extensions: of no other it is found out. */
  async #house(asked: (groups: readonly StoredRingGroup[]) => readonly string[]): Promise<House> {
    const { store } = this.#parts;
    const { readable, unreadable } = readRingGroups(await store.items());
    return {
      extensions: await extensionsAmong(store, asked(readable)),
      groups: readable,
      numbers: new Set([...readable.map((each) => each.number), ...unreadable]),
    };
  }
}

function namedBy({ members, next }: RingGroupDocument): readonly string[] {
  return next === null ? members : [...members, next];
}

/** Can there be such a group? @returns why not. */
export function checkRingGroup(
  number: string,
  group: RingGroupDocument,
  house: House & Pick<RingGroupAdministrationParts, 'isForHelp' | 'codeSetting'>,
): AdminError | undefined {
  if (house.extensions.has(number)) return adminError('RING_GROUP_TAKEN', { number });
  if (!checkNumber(number).ok || house.isForHelp(number))
    return adminError('RING_GROUP_FOR_HELP', { number });
  const setting = house.codeSetting(number);
  if (setting !== undefined) return adminError('NUMBER_IS_CODE', { number, setting });
  const groups = new Set([...house.numbers, number]);
  const nested = group.members.filter((each) => groups.has(each) && !house.extensions.has(each));
  if (nested.length > 0) return adminError('RING_GROUP_MEMBER', { numbers: nested.join(', ') });
  const missing = missingInGroup(group, house.extensions, groups);
  if (missing.length > 0) return adminError('RING_GROUP_NOBODY', { numbers: missing.join(', ') });
  return longWay(number, group, house);
}

/** Follows `next` from every group that leads here, since what leads here grows by what follows. */
function longWay(number: string, group: RingGroupDocument, { groups }: House): AdminError | undefined {
  const next = new Map(groups.map((each) => [each.number, each.group.next]));
  next.set(number, group.next);
  for (const start of next.keys()) {
    const way: string[] = [];
    let at: string | null | undefined = start;
    for (; at !== null && at !== undefined && next.has(at); at = next.get(at)) {
      if (way.includes(at)) return adminError('RING_GROUP_LOOP', { way: [...way, at].join(', ') });
      way.push(at);
    }
    if (way.includes(number) && way.length > MOST_GROUPS_IN_A_ROW)
      return adminError('RING_GROUP_CHAIN', { limit: MOST_GROUPS_IN_A_ROW, way: way.join(', ') });
  }
  return undefined;
}
