/** What a function gives when a peer or an administrator can be wrong: a value or an error, never a throw. */
export type Result<Value, Failure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function err<Failure>(error: Failure): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error };
}

/** Our own mistake: ends the leg, or the start, that hit it. Never used on what a peer sent. */
export function assert(condition: unknown, mistake: string): asserts condition {
  if (!condition) throw new Error(`Ringwall is wrong: ${mistake}`);
}

/** For the end of a `switch` that must name every case. */
export function unreachable(value: never): never {
  throw new Error(`Ringwall is wrong: unexpected ${JSON.stringify(value)}`);
}
