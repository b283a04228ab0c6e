import { lookup } from 'node:dns/promises';

/** What the machine itself knows of a name, as in its hosts file. Rejects if that is nothing. */
export async function machineAddresses(name: string, family: 4 | 6): Promise<readonly string[]> {
  return (await lookup(name, { all: true, family })).map(({ address }) => address);
}
