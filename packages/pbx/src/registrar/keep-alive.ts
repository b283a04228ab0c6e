import type { Random } from '@ringwall/base';
import { formatSipUri, Headers, newCallId, newTag, NO_BODY, type RequestDraft } from '@ringwall/sip';
import { hostText, reachableAddress } from '../call/new-leg.ts';
import type { PbxSettings } from '../snapshot/snapshot.ts';
import type { Binding } from './binding.ts';

/** An OPTIONS that only keeps the NAT open which the phone is behind: whatever it answers will do. */
export function keepAliveDraft(binding: Binding, settings: PbxSettings, random: Random): RequestDraft {
  const host = settings.domains[0] ?? hostText(reachableAddress(binding.flow, settings));
  const us = `<${formatSipUri({ user: '', host })}>`;
  const headers = new Headers()
    .append('max-forwards', '70')
    .append('from', `${us};tag=${newTag(random)}`)
    .append('to', `<${formatSipUri({ user: binding.extension, host })}>`)
    .append('call-id', newCallId(random))
    .append('cseq', '1 OPTIONS');
  return { method: 'OPTIONS', uri: binding.contact, headers, body: NO_BODY };
}
