import { type AudioFormat, isAudioCodec } from '@ringwall/media';
import { hasAudio, USUAL_FORMATS } from './leg-formats.ts';
import type { Party } from './party.ts';

/**
 * What of a list may be agreed on with this party. Of a trunk that names codecs these alone, in its order: sound is
 * passed on as it comes, so what a trunk does not take must not reach it. Key presses among the sound are kept from
 * one that wants them as INFO; comfort noise is no codec that anybody chooses.
 */
export function formatsFor(party: Party, formats: readonly AudioFormat[]): readonly AudioFormat[] {
  if (party.kind === 'extension') return formats;
  const { codecs, dtmf } = party.trunk;
  const wanted = formats.filter(({ codec }) => codec.name !== 'TELEPHONE-EVENT' || dtmf !== 'info');
  if (codecs.length === 0) return wanted;
  const sound = codecs.flatMap((name) => wanted.filter(({ codec }) => codec.name === name));
  return [...sound, ...wanted.filter(({ codec }) => !isAudioCodec(codec))];
}

/** Is there anything to offer to this party, of what the other side has? Undefined: nobody has said yet what he has. */
export function hasFormatsFor(party: Party, formats: readonly AudioFormat[] = USUAL_FORMATS): boolean {
  return hasAudio(formatsFor(party, formats));
}

/** May a digit be sent to this party as INFO? A trunk that is set to events among the sound would not read it. */
export function takesInfo(party: Party): boolean {
  return party.kind === 'extension' || party.trunk.dtmf !== 'rfc4733';
}
