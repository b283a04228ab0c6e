import type { Shell } from '../../shell.ts';

/** Who runs the command, if the system says so: for the list, not as proof. */
export function addedBy({ surroundings }: Shell): { readonly by?: string } {
  const { env } = surroundings;
  const name = env['SUDO_USER'] ?? env['USER'] ?? '';
  return /^[\w.-]{1,64}$/.test(name) ? { by: name } : {};
}
