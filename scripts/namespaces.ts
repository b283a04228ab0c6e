import { spawnSync } from 'node:child_process';

/**
 * Why no network namespaces can be made here, as the end of a sentence, or `undefined` if they can. Tries it: in a
 * container, root alone does not say.
 */
export function whyNoNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'making network namespaces needs root';
  const name = `ringwall${process.pid}-trial`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  const bridged = spawnSync('ip', ['-n', name, 'link', 'add', 'trial', 'type', 'bridge'], {
    encoding: 'utf8',
  });
  spawnSync('ip', ['netns', 'delete', name]);
  const failed = [made, bridged].find(({ status }) => status !== 0);
  if (failed === undefined) return undefined;
  return `network namespaces cannot be made here: ${failed.stderr?.trim() ?? 'there is no ip'}`;
}
