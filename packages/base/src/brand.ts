declare const brand: unique symbol;

/** A primitive that cannot be passed for another: a `CallId` is not a `LegId` though both are strings. */
export type Brand<Primitive, Name extends string> = Primitive & { readonly [brand]: Name };
