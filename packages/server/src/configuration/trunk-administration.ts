import { err, ok, type Result } from '@ringwall/base';
import { type AdminError, adminError, type TrunkDocument, type TrunkView } from '@ringwall/contract';
import type { Store, StoredItem } from '@ringwall/pbx';
import { readTrunk, TRUNK_ITEM } from './build-trunks.ts';
import { rulesThrough } from './outbound-rules.ts';
import type { TrunkSecrets } from './trunk-secrets.ts';
import { storeAnswer } from './store-answer.ts';
import { readAuthorities } from './trunk-authorities.ts';

export interface TrunkDetails {
  readonly name: string;
  readonly trunk: TrunkDocument;
  readonly hasPassword: boolean;
  readonly authorities: TrunkView['authorities'];
}

/** What is kept when a change does not name it, and shown to nobody as it is. */
export interface KeptApart {
  readonly password?: string | undefined;
  /** PEM of the only CAs that are believed for it; null: those that Node knows. */
  readonly ca?: string | null | undefined;
}

export interface TrunkAdministrationParts {
  readonly store: Pick<Store, 'items' | 'changeItems'>;
  readonly secrets: TrunkSecrets;
  /** Called when a change is on disk, before whoever asked for it is told. */
  readonly onChanged: () => void;
}

/** What an administrator does with trunks, with the program running or stopped. */
export class TrunkAdministration {
  readonly #parts: TrunkAdministrationParts;

  constructor(parts: TrunkAdministrationParts) {
    this.#parts = parts;
  }

  list(): Promise<Result<readonly TrunkDetails[], AdminError>> {
    return storeAnswer(async () => ok((await this.#items()).flatMap(detailsOf)));
  }

  async show(name: string): Promise<Result<TrunkDetails, AdminError>> {
    const all = await this.list();
    if (!all.ok) return all;
    const found = all.value.find((each) => each.name === name);
    return found === undefined ? err(adminError('TRUNK_UNKNOWN', { name })) : ok(found);
  }

  /** @param kept what is undefined of it stays as it was. */
  save(
    name: string,
    trunk: TrunkDocument,
    { password, ca }: KeptApart,
    mustBeNew: boolean,
  ): Promise<Result<TrunkDetails, AdminError>> {
    return storeAnswer(async () => {
      const before = (await this.#items()).find((item) => item.name === name);
      if (mustBeNew && before !== undefined) return err(adminError('TRUNK_EXISTS', { name }));
      if (!mustBeNew && before === undefined) return err(adminError('TRUNK_UNKNOWN', { name }));
      const sealed = password === undefined ? before?.sealed : this.#parts.secrets.seal(name, password);
      const given = typeof ca === 'string' ? readAuthorities(ca) : undefined;
      if (given?.ok === false) return err(adminError('TRUNK_CA', { name, reason: given.error }));
      const problem = checkTrunk(name, trunk, {
        hasPassword: sealed !== undefined,
        hasNewCa: given !== undefined,
      });
      if (problem !== undefined) return err(problem);
      const stays = ca === undefined && before !== undefined ? readTrunk(before)?.ca : undefined;
      const pem = given?.value.pem ?? stays;
      const item = trunkItem(name, trunk, pem, sealed);
      await this.#parts.store.changeItems([{ do: 'save-item', ...item }]);
      this.#parts.onChanged();
      return ok({ name, trunk, hasPassword: sealed !== undefined, authorities: authoritiesOf(pem) });
    });
  }

  /** @returns the trunk as it was. */
  async remove(name: string): Promise<Result<TrunkDetails, AdminError>> {
    const shown = await this.show(name);
    if (!shown.ok) return shown;
    return storeAnswer(async () => {
      const rules = rulesThrough(await this.#parts.store.items(), name);
      if (rules.length > 0) return err(adminError('TRUNK_IN_USE', { name, rules: rules.join(', ') }));
      await this.#parts.store.changeItems([{ do: 'remove-item', kind: TRUNK_ITEM, name }]);
      this.#parts.onChanged();
      return shown;
    });
  }

  async #items(): Promise<readonly StoredItem[]> {
    return (await this.#parts.store.items()).filter(({ kind }) => kind === TRUNK_ITEM);
  }
}

/** Is it a trunk that can be? @returns why not. */
export function checkTrunk(
  name: string,
  trunk: TrunkDocument,
  { hasPassword, hasNewCa }: { readonly hasPassword: boolean; readonly hasNewCa: boolean },
): AdminError | undefined {
  if (trunk.user !== '' && !hasPassword) return adminError('TRUNK_PASSWORD', { name });
  if (trunk.kind === 'register' && trunk.user === '') return adminError('TRUNK_USER', { name });
  return hasNewCa && trunk.transport !== 'tls' ? adminError('TRUNK_CA_TRANSPORT', { name }) : undefined;
}

/** @param pem of its own CAs; undefined: those that Node knows. */
export function trunkItem(
  name: string,
  trunk: TrunkDocument,
  pem: string | undefined,
  sealed: Uint8Array | undefined,
): StoredItem {
  const json = JSON.stringify(pem === undefined ? trunk : { ...trunk, ca: pem });
  return { kind: TRUNK_ITEM, name, json, sealed };
}

function detailsOf(item: StoredItem): TrunkDetails[] {
  const stored = readTrunk(item);
  if (stored === undefined) return [];
  const { ca, ...trunk } = stored;
  const hasPassword = item.sealed !== undefined;
  return [{ name: item.name, trunk, hasPassword, authorities: authoritiesOf(ca) }];
}

function authoritiesOf(pem: string | undefined): TrunkDetails['authorities'] {
  const read = pem === undefined ? undefined : readAuthorities(pem);
  return read?.ok ? read.value.list : [];
}
