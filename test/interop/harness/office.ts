import type { TestContext } from 'node:test';
import { Baresip, type BaresipOptions } from './baresip.ts';
import { type Account, Ringwall, type RingwallOptions } from './ringwall.ts';
import { Sipp, type SippOptions, type SippUser } from './sipp.ts';

/** A program that ends with the test. */
export async function ringwallFor(t: TestContext, options: RingwallOptions = {}): Promise<Ringwall> {
  const ringwall = await Ringwall.start(options);
  t.after(() => ringwall.stop());
  return ringwall;
}

/** A baresip with this account, registered; ends with the program. */
export async function baresipFor(
  ringwall: Ringwall,
  account: Account,
  options: Pick<
    BaresipOptions,
    'hertz' | 'transport' | 'mediaEncryption' | 'answers' | 'caFile' | 'registerSeconds' | 'flows'
  >,
): Promise<Baresip> {
  const port = options.transport === 'tls' ? ringwall.tlsPort : ringwall.port;
  const phone = await Baresip.start({
    ...options,
    user: account.number,
    authUser: account.authId,
    authPassword: account.password,
    registrar: `${ringwall.address}:${port}`,
  });
  ringwall.beforeStop(() => phone.stop());
  return phone;
}

export function sippUser(account: Account, callee = ''): SippUser {
  return { number: account.number, authUser: account.authId, authPassword: account.password, callee };
}

/** A SIPp that has registered this account over UDP and now waits for calls, as `scenario` says. */
export async function sippPhoneFor(
  ringwall: Ringwall,
  account: Account,
  options: Pick<SippOptions, 'scenario' | 'calls' | 'limitSeconds' | 'remotePort' | 'users'>,
): Promise<Sipp> {
  const registering = await Sipp.start({
    scenario: 'uac-registers',
    users: [sippUser(account)],
    remotePort: ringwall.port,
  });
  await registering.succeed();
  const phone = await Sipp.start({ ...options, localPort: registering.localPort });
  ringwall.beforeStop(() => phone.stop());
  return phone;
}
