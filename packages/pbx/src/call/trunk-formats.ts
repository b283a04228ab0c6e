import { type AudioFormat, isAudioCodec } from '@ringwall/media';
import { hasAudio, USUAL_FORMATS } from './leg-formats.ts';
import type { Leg } from './leg.ts';
import type { Party } from './party.ts';

const EVENTS = 'TELEPHONE-EVENT';

/**
 * What of a list may be agreed on with this party. Of a trunk that names codecs these alone, in its order: sound is
 * passed on as it comes, so what a trunk does not take must not reach it. Key presses among the sound are kept from
 * one that wants them as INFO; comfort noise is no codec that anybody chooses.
 */
export function formatsFor(party: Party, formats: readonly AudioFormat[]): readonly AudioFormat[] {
  if (party.kind === 'extension') return formats;
  const { codecs, dtmf } = party.trunk;
  const wanted = formats.filter(({ codec }) => codec.name !== EVENTS || dtmf !== 'info');
  if (codecs.length === 0) return wanted;
  const sound = codecs.flatMap((name) => wanted.filter(({ codec }) => codec.name === name));
  return [...sound, ...wanted.filter(({ codec }) => !isAudioCodec(codec))];
}

/** Is there anything to offer to this party, of what the other side has? Undefined: nobody has said yet what he has. */
export function hasFormatsFor(party: Party, formats: readonly AudioFormat[] = USUAL_FORMATS): boolean {
  return hasAudio(formatsFor(party, formats));
}

/** What a party brings for the other side of the call: its formats, and events where its keys are told to it as INFO. */
export function formatsOf(party: Party, formats: readonly AudioFormat[]): readonly AudioFormat[] {
  const own = formatsFor(party, formats);
  if (!wantsInfo(party)) return own;
  const rates = [
    ...new Set(own.filter(({ codec }) => isAudioCodec(codec)).map(({ codec }) => codec.clockRate)),
  ];
  const taken = new Set(own.map(({ payloadType }) => payloadType));
  const events = rates.flatMap((clockRate): AudioFormat[] => {
    const payloadType = [101, 100, 110, 111, 112].find((number) => !taken.has(number));
    if (payloadType === undefined) return [];
    taken.add(payloadType);
    return [{ payloadType, codec: { name: EVENTS, clockRate, channels: 1 }, parameters: '0-15' }];
  });
  return [...own, ...events];
}

/** Are keys told to this party as INFO alone? */
export function wantsInfo(party: Party): boolean {
  return party.kind === 'outside' && party.trunk.dtmf === 'info';
}

/** Are the keys of a leg to be read, to be told to the other as INFO? */
export function readsKeys(leg: Leg, other: Leg): boolean {
  return wantsInfo(other.party) && !wantsInfo(leg.party);
}

/** Has the leg agreed on key presses among its sound? */
export function takesEvents({ media }: Leg): boolean {
  const isEvents = ({ codec }: AudioFormat): boolean => codec.name === EVENTS;
  return media.remote?.formats.some(isEvents) === true && media.told?.formats.some(isEvents) === true;
}

/** May a digit be sent to this party as INFO? A trunk that is set to events among the sound would not read it. */
export function takesInfo(party: Party): boolean {
  return party.kind === 'extension' || party.trunk.dtmf !== 'rfc4733';
}
