import type { Random } from '@ringwall/base';
import type { LegId, SessionDescription } from '@ringwall/media';
import { newLegId, newSessionId, reachableAddress } from '../call/new-leg.ts';
import { HOUSE_SIDE } from '../call/house.ts';
import { makeAnswer, type MediaLeg, newLegMedia } from '../call/leg-media.ts';
import { inside } from '../call/party.ts';
import { relayMedia } from '../call/relay-media.ts';
import type { MediaCommand } from '../ports/media-service.ts';
import type { Binding } from '../registrar/binding.ts';
import { ALARM } from '../service/tones.ts';
import type { Extension, PbxSettings } from '../snapshot/snapshot.ts';

/** What a phone hears that has taken an alert: notes for ever, until the alert is over. */
export interface AlertSound {
  readonly leg: LegId;
  readonly side: MediaLeg;
  readonly offer: SessionDescription;
}

/** For the offer of a phone that has answered. It needs ports, and {@link answerWithSound} when they are there. */
export function alertSound(
  extension: Extension,
  { flow }: Pick<Binding, 'flow'>,
  offer: SessionDescription,
  settings: PbxSettings,
  random: Random,
): { readonly sound: AlertSound; readonly command: MediaCommand } {
  const address = reachableAddress(flow, settings);
  const media = newLegMedia(address, newSessionId(random));
  const sound = { leg: newLegId(random), side: { party: inside(extension), flow, media }, offer };
  const family = address.includes(':') ? 6 : 4;
  return { sound, command: { do: 'open-leg', leg: sound.leg, family } };
}

/**
 * The answer to the phone's offer, and what lets it hear the notes.
 *
 * @returns undefined if it takes nothing that the house can say.
 */
export function answerWithSound(
  { leg, side, offer }: AlertSound,
  ports: { readonly rtp: number; readonly rtcp: number },
  settings: PbxSettings,
  random: Random,
): { readonly body: Uint8Array; readonly commands: readonly MediaCommand[] } | undefined {
  side.media.ports = ports;
  const answer = makeAnswer(side, offer, HOUSE_SIDE, random, settings.allowShortSrtpTag);
  const media = answer.ok ? relayMedia(side, settings.mediaNetworks) : undefined;
  if (!answer.ok || media === undefined) return undefined;
  const commands: MediaCommand[] = [
    { do: 'configure-leg', leg, media },
    { do: 'play', leg, tones: ALARM, isRepeated: true },
  ];
  return { body: answer.value, commands };
}
