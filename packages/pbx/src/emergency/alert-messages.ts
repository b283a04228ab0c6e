import type { Random } from '@ringwall/base';
import {
  ackFor,
  type Dialog,
  type DialogRequest,
  formatNameAddr,
  formatSipUri,
  Headers,
  newCallId,
  newTag,
  NO_BODY,
  type RequestDraft,
  type SipResponse,
} from '@ringwall/sip';
import { contactFor, hostText, reachableAddress } from '../call/new-leg.ts';
import { SDP_TYPE } from '../call/sending.ts';
import type { PbxEvent } from '../events.ts';
import type { Binding } from '../registrar/binding.ts';
import type { PbxSettings } from '../snapshot/snapshot.ts';

export type Cry = Extract<PbxEvent, { readonly kind: 'emergency-called' }>;

/** Displays are short, and who reads this is in a hurry. */
const NAME_CHARACTERS = 80;

/**
 * The INVITE that shows on a phone of the house who calls for help. It has no offer, so that no ports are held for it: a
 * phone that is answered makes one, and gets ports then.
 */
export function alertInvite(
  { extension, name, location }: Cry,
  { contact, flow, path, extension: called }: Binding,
  settings: PbxSettings,
  random: Random,
): { readonly draft: RequestDraft; readonly invitation: DialogRequest } {
  const host = settings.domains[0] ?? hostText(reachableAddress(flow, settings));
  const who = name === '' || name === extension ? extension : `${extension} ${name}`;
  const shown = [`Emergency: ${who}`, location].filter((each) => each !== '').join(', ');
  const invitation = {
    requestUri: contact,
    callId: newCallId(random),
    localTag: newTag(random),
    localAddr: formatNameAddr({
      displayName: shown.slice(0, NAME_CHARACTERS),
      uri: formatSipUri({ user: extension, host }),
    }),
    remoteAddr: `<${formatSipUri({ user: called, host })}>`,
  };
  const headers = new Headers();
  for (const route of path) headers.append('route', route);
  headers
    .append('max-forwards', '70')
    .append('from', `${invitation.localAddr};tag=${invitation.localTag}`)
    .append('to', invitation.remoteAddr)
    .append('call-id', invitation.callId)
    .append('cseq', '1 INVITE')
    .append('contact', contactFor(extension, flow, settings))
    .append('priority', 'emergency');
  return { draft: { method: 'INVITE', uri: contact, headers, body: NO_BODY }, invitation };
}

/**
 * The ACK for the phone's 2xx.
 *
 * @param answer to its offer; undefined: that is refused stream by stream (RFC 3264 6), and there is nothing to hear.
 */
export function alertAck(
  dialog: Dialog,
  response: SipResponse,
  settings: PbxSettings,
  answer: Uint8Array | undefined,
): RequestDraft {
  const offer = new TextDecoder('latin1').decode(response.body);
  const body = answer ?? refusal(offer, reachableAddress(dialog.flow, settings));
  const parts = body === undefined ? {} : { body, contentType: SDP_TYPE };
  return ackFor(dialog, response.cseq.number, parts);
}

const MOST_STREAMS = 16;

function refusal(offer: string, address: string): Uint8Array | undefined {
  const streams = [...offer.matchAll(/^m=(\w{1,20}) \S+ ([\w/]{1,40}) ([\w-]{1,40})/gm)].slice(
    0,
    MOST_STREAMS,
  );
  if (streams.length === 0) return undefined;
  const place = `IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`;
  const lines = ['v=0', `o=- 1 1 ${place}`, 's=-', `c=${place}`, 't=0 0'];
  for (const [, media, protocol, format] of streams) lines.push(`m=${media} 0 ${protocol} ${format}`);
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n`);
}
