import { inNetworks } from '@ringwall/base';
import { type Arrival, type Decision, decideCallOrigin, decideRegistration } from '@ringwall/policy';
import { type Flow, type NameAddr, parseNameAddr, type SipRequest } from '@ringwall/sip';
import { isNobody } from '../call/privacy.ts';
import type { Extension, PbxSettings } from '../snapshot/snapshot.ts';
import { isForUs, userOf } from './identify.ts';

const IDENTITY_HEADERS: readonly (readonly [name: string, shown: string])[] = [
  ['p-asserted-identity', 'P-Asserted-Identity'],
  ['p-preferred-identity', 'P-Preferred-Identity'],
  ['remote-party-id', 'Remote-Party-ID'],
];

/**
 * Turns a request whose sender has authenticated into facts, and asks the policy whether it may come in.
 *
 * @param isForHelp does it call for help, or belong to a call that does?
 */
export function decideDoor(
  extension: Extension,
  request: SipRequest,
  flow: Flow,
  settings: PbxSettings,
  isForHelp: boolean,
): Decision {
  const claim = (header: string, address: NameAddr | undefined) => ({
    header,
    user: address === undefined ? '' : userOf(address.uri),
    ourDomain: address !== undefined && isForUs(address.uri, flow, settings),
  });
  const arrival = { ...arrivalOf(extension, flow, settings), isForHelp };
  const from = claim('From', request.from);
  if (request.method === 'REGISTER') {
    return decideRegistration({ ...arrival, from, to: claim('To', request.to) }, extension);
  }
  const asserted = IDENTITY_HEADERS.flatMap(([name, shown]) =>
    request.headers.all(name).map((value) => claim(shown, parseNameAddr(value))),
  );
  return decideCallOrigin(
    { ...arrival, from: isNobody(request.from.uri) ? 'nobody' : from, asserted },
    extension,
  );
}

/** Would a phone of the extension that registers itself over this flow be let in, as the rules are now? */
export function decidePresence(extension: Extension, flow: Flow, settings: PbxSettings): Decision {
  const itself = (header: string) => ({ header, user: extension.number, ourDomain: true });
  const facts = { ...arrivalOf(extension, flow, settings), from: itself('From'), to: itself('To') };
  return decideRegistration(facts, extension);
}

function arrivalOf(extension: Extension, flow: Flow, settings: PbxSettings): Arrival {
  return {
    extension: extension.number,
    address: flow.remote.address,
    fromLan: inNetworks(settings.lanNetworks, flow.remote.address),
    outsideItsNetworks:
      extension.onlyFrom !== undefined && !inNetworks(extension.onlyFrom, flow.remote.address),
    transport: flow.transport,
  };
}
