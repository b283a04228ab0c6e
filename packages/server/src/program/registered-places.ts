import type { Binding, ExtensionNumber } from '@ringwall/pbx';
import type { Flow, SipSockets } from '@ringwall/net';

/**
 * Where phones are registered from, for the sockets: a connection that carries a registration is no stranger's, and
 * neither are others from its address. Kept beside the bindings, since it is asked for every new connection.
 */
export class RegisteredPlaces {
  readonly #rights: Pick<SipSockets, 'promote' | 'demote'>;
  readonly #flows = new Map<ExtensionNumber, readonly Flow[]>();
  readonly #byAddress = new Map<string, number>();
  readonly #byConnection = new Map<number, number>();

  /** @param rights who gives a connection the rights of a phone, and takes them back. */
  constructor(rights: Pick<SipSockets, 'promote' | 'demote'>) {
    this.#rights = rights;
  }

  /** Is a phone registered from there? */
  isKnown(address: string): boolean {
    return this.#byAddress.has(address);
  }

  /** The extension is registered by exactly these from now on. */
  update(extension: ExtensionNumber, bindings: readonly Pick<Binding, 'flow'>[]): void {
    const before = this.#flows.get(extension) ?? [];
    const after = bindings.map(({ flow }) => flow);
    if (after.length === 0) this.#flows.delete(extension);
    else this.#flows.set(extension, after);
    // The new ones first, so that a connection that stays loses nothing in between.
    for (const flow of after) this.#add(flow);
    for (const flow of before) this.#take(flow);
  }

  #add(flow: Flow): void {
    this.#byAddress.set(flow.remote.address, (this.#byAddress.get(flow.remote.address) ?? 0) + 1);
    if (!hasConnection(flow)) return;
    const others = this.#byConnection.get(flow.connection) ?? 0;
    this.#byConnection.set(flow.connection, others + 1);
    if (others === 0) this.#rights.promote(flow);
  }

  #take(flow: Flow): void {
    countDown(this.#byAddress, flow.remote.address);
    if (!hasConnection(flow) || countDown(this.#byConnection, flow.connection)) return;
    this.#rights.demote(flow);
  }
}

/** Not a phone's on UDP, nor that of one which is away. */
function hasConnection({ connection }: Flow): boolean {
  return connection !== 0;
}

/** @returns whether something is left. */
function countDown<Key>(counts: Map<Key, number>, key: Key): boolean {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
  return left > 0;
}
