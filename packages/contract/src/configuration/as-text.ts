import { err, ok, type Result } from '@ringwall/base';
import { displayName, extensionNumber } from '../control/shapes.ts';
import { nullable, object, type Shape, type ShapeOf, text } from '../shape/shape.ts';
import { authoritiesPem, TRUNK_FIELDS } from './trunk.ts';

/** Parts of the configuration as they stand in a file, where that is not as they are asked for one by one. */

/** Stands in a file for what is stored and not shown. */
export const KEPT = 'kept';

/** Where the command reads a secret from. */
export type SecretPlace = { readonly env: string } | { readonly file: string };

/** A file never says `new`: it is what a secret becomes that came from a place, and is not the one from before. */
export type PasswordField = 'none' | 'new' | typeof KEPT | SecretPlace;

const place = {
  env: object({
    env: text({ max: 200, pattern: /^[A-Za-z_][A-Za-z0-9_]*$/, allowed: 'a name of a variable' }),
  }),
  file: object({ file: text({ min: 1, max: 1_024 }) }),
};

const password: Shape<PasswordField> = {
  read: (value, at): Result<PasswordField, string> => {
    if (value === 'none' || value === KEPT) return ok(value);
    if (typeof value === 'object' && value !== null) {
      return 'env' in value ? place.env.read(value, at) : place.file.read(value, at);
    }
    // Not quoted: it may be the password.
    return err(`${at} must be kept, none, { env: NAME } or { file: PATH }, and never the password itself`);
  },
};

/** What the certificates are is checked where they are taken in. */
const ca: Shape<string | { readonly file: string } | null> = {
  read: (value, at) => {
    if (value === null) return ok(null);
    return typeof value === 'object' ? place.file.read(value, at) : authoritiesPem.read(value, at);
  },
};

export const trunkTextShape = object({
  ...TRUNK_FIELDS,
  password,
  /** The only CAs that are believed for it, as PEM, or where the command reads them; null: those that Node knows. */
  ca,
});
export type TrunkText = ShapeOf<typeof trunkTextShape>;

export const callerTextShape = object({
  caller: text({ min: 1, max: 64 }),
  /** null: nobody in the house takes the call. */
  extension: nullable(extensionNumber),
  description: displayName,
});
export type CallerText = ShapeOf<typeof callerTextShape>;
