import type { Surroundings } from './surroundings.ts';

/** Who runs the command, if the system says so: for the list, not as proof. */
export function addedBy({ surroundings: { env } }: { readonly surroundings: Pick<Surroundings, 'env'> }): {
  readonly by?: string;
} {
  const name = env['SUDO_USER'] ?? env['USER'] ?? '';
  return /^[\w.-]{1,64}$/.test(name) ? { by: name } : {};
}
