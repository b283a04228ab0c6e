/**
 * A program that uses the enforcer, to be started where it may or may not, and killed.
 *
 *     node nft-program.ts hold     says its status, and stays
 *     node nft-program.ts prove    says who drops: with the kernel, with its own rules, with none
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { NftEnforcer, proveEnforcement } from '@ringwall/net';
import { NFT_RULES } from './nft-rules.ts';
import { SIP_PORT } from './udp.ts';

const enforcer = await NftEnforcer.start({ rules: NFT_RULES, contents: () => [] });

if (process.argv[2] === 'hold') {
  console.log(JSON.stringify(enforcer.status()));
  process.stdin.resume();
} else {
  const banned = new Set<string>();
  const refused = new Map<string, number>();
  let hasOwnRules = true;
  const socket = createSocket('udp4', (_, { address }) => {
    if (hasOwnRules && banned.has(address)) refused.set(address, (refused.get(address) ?? 0) + 1);
  });
  socket.bind(SIP_PORT, '127.0.0.1');
  await once(socket, 'listening');
  const prove = async (): Promise<string> =>
    proveEnforcement({
      enforcer,
      target: { address: '127.0.0.1', port: SIP_PORT },
      banInProgram: (address, isBanned) => (isBanned ? banned.add(address) : banned.delete(address)),
      refusedInProgram: (address) => refused.get(address) ?? 0,
      pick: 4_711,
      patienceMs: 2_000,
    });
  const proven = [await prove()];
  await enforcer.stop();
  proven.push(await prove());
  hasOwnRules = false;
  proven.push(await prove());
  socket.close();
  console.log(JSON.stringify(proven));
}
