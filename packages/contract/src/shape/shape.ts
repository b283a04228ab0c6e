import { err, ok, type Result } from '@ringwall/base';
import { quoted } from '../settings/setting.ts';
import { nearest } from '../settings/suggest.ts';

/**
 * What a piece of JSON must look like. The TypeScript type comes from it ({@link ShapeOf}), so the check and the type
 * cannot differ.
 */
export interface Shape<Value> {
  /**
   * Checks `value`. Takes anything, never throws; the time it needs grows with what the shape allows, not with what
   * was sent.
   *
   * @param at where the value stands, for the error, such as `extension.name`.
   * @returns a copy that holds what the shape names and nothing else, or one sentence part that begins with a place.
   */
  read(value: unknown, at: string): Result<Value, string>;
}

/** A field that may be left out of its object. */
export interface OptionalShape<Value> extends Shape<Value> {
  readonly optional: true;
}

export type ShapeOf<Declared> = Declared extends Shape<infer Value> ? Value : never;

type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalShape<unknown> ? K : never;
}[keyof F];
type ObjectOf<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: ShapeOf<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: ShapeOf<F[K]> };
/** One plain object type, so that editors and error messages show its fields. */
type Flat<T> = { readonly [K in keyof T]: T[K] };

export interface TextLimits {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** The pattern in words. */
  readonly allowed?: string;
}

export function text(limits: TextLimits): Shape<string> {
  const min = limits.min ?? 0;
  const words = limits.allowed ?? `text of ${min} to ${limits.max} characters`;
  return {
    read: (value, at) =>
      typeof value === 'string' &&
      value.length >= min &&
      value.length <= limits.max &&
      (limits.pattern?.test(value) ?? true)
        ? ok(value)
        : refused(at, value, words),
  };
}

/** A whole number, both bounds included. */
export function whole(min: number, max: number): Shape<number> {
  return {
    read: (value, at) =>
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
        ? ok(value as number)
        : refused(at, value, `a whole number from ${min} to ${max}`),
  };
}

/** Any finite number from 0 up. */
export const amount: Shape<number> = {
  read: (value, at) =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0
      ? ok(value)
      : refused(at, value, 'a number from 0 up'),
};

/** Milliseconds since 1970-01-01T00:00Z, up to the year 2286. */
export const instant: Shape<number> = whole(0, 9_999_999_999_999);

export const flag: Shape<boolean> = {
  read: (value, at) => (typeof value === 'boolean' ? ok(value) : refused(at, value, 'true or false')),
};

export function choice<const Option extends string>(options: readonly Option[]): Shape<Option> {
  return {
    read: (value, at) => {
      const option = options.find((known) => known === value);
      return option === undefined ? refused(at, value, `one of ${options.join(', ')}`) : ok(option);
    },
  };
}

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return { read: (value, at) => (value === null ? ok(null) : shape.read(value, at)) };
}

export function optional<Value>(shape: Shape<Value>): OptionalShape<Value> {
  return { ...shape, optional: true };
}

export function listOf<Value>(shape: Shape<Value>, max: number): Shape<readonly Value[]> {
  return {
    read: (value, at) => {
      if (!Array.isArray(value) || value.length > max) return refused(at, value, `a list of at most ${max}`);
      const items: Value[] = [];
      for (const [index, item] of value.entries()) {
        const read = shape.read(item, `${at}[${index}]`);
        if (!read.ok) return read;
        items.push(read.value);
      }
      return ok(items);
    },
  };
}

/** An object with exactly these fields: one too many is an error, for it is a mistyped one or from another version. */
export function object<const F extends Fields>(fields: F): Shape<Flat<ObjectOf<F>>> {
  const known = new Map(Object.entries(fields));
  return {
    read: (value, at) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return refused(at, value, 'an object');
      }
      for (const name in value) {
        if (!known.has(name)) return err(`${place(at, quoted(name))} is not known${meant(name, known)}`);
      }
      const copy: Record<string, unknown> = {};
      for (const [name, shape] of known) {
        const inner = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
        if (inner === undefined && 'optional' in shape) continue;
        if (inner === undefined) return err(`${place(at, name)} is missing`);
        const read = shape.read(inner, place(at, name));
        if (!read.ok) return read;
        copy[name] = read.value;
      }
      return ok(copy as Flat<ObjectOf<F>>);
    },
  };
}

function meant(name: string, known: ReadonlyMap<string, unknown>): string {
  const near = nearest(name, [...known.keys()]);
  return near === undefined ? '' : `: did you mean ${near}?`;
}

type Variants = Readonly<Record<string, Fields>>;
type UnionOf<V extends Variants> = {
  [Kind in keyof V]: Flat<{ readonly kind: Kind } & ObjectOf<V[Kind]>>;
}[keyof V];

/** One of several objects, told apart by their field `kind`. */
export function oneOf<const V extends Variants>(variants: V): Shape<UnionOf<V>> {
  const shapes = new Map(
    Object.entries(variants).map(([kind, fields]) => [kind, object({ ...fields, kind: choice([kind]) })]),
  );
  return {
    read: (value, at) => {
      const kind: unknown =
        typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
      const shape = typeof kind === 'string' ? shapes.get(kind) : undefined;
      if (shape === undefined) return refused(place(at, 'kind'), kind, 'a kind that is known');
      return shape.read(value, at) as Result<unknown, string> as Result<UnionOf<V>, string>;
    },
  };
}

function refused(at: string, value: unknown, wanted: string): { readonly ok: false; readonly error: string } {
  return err(`${at === '' ? 'it' : at} is ${quoted(value)}, and must be ${wanted}`);
}

function place(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
