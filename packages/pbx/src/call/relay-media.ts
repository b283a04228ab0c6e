import { type Cidr, inNetworks } from '@ringwall/base';
import { commonFormats, isAudioCodec, type LegMedia } from '@ringwall/media';
import type { Leg } from './leg.ts';
import type { MediaLeg } from './leg-media.ts';
import { formatsFor } from './trunk-formats.ts';

/**
 * The description of a leg for the relay; undefined until both sides have described themselves.
 *
 * @param mediaNetworks where a phone may have us send to although its signalling comes from elsewhere.
 */
export function relayMedia(leg: MediaLeg, mediaNetworks: readonly Cidr[]): LegMedia | undefined {
  const { remote, told, srtp, generation } = leg.media;
  if (remote === undefined || told === undefined) return undefined;
  const signalling = leg.flow.remote.address;
  const believed = remote.address === signalling || inNetworks(mediaNetworks, remote.address);
  const earned = believed && remote.port !== 0;
  return {
    generation,
    allowedSources: remote.address === signalling ? [signalling] : [signalling, remote.address],
    target: earned ? { address: remote.address, port: remote.port } : undefined,
    rtcpTarget: earned ? { address: remote.address, port: remote.rtcpPort } : undefined,
    rtcpMux: remote.rtcpMux,
    receives: told.formats,
    // What is kept from the party must not reach it though it has offered it itself.
    sends: formatsFor(leg.party, remote.formats),
    listening: told.hears,
    talking: told.sends,
    srtp,
  };
}

/** The codec that speech travels in, for the record: the first that both of the leg's sides have. */
export function codecOf(leg: Leg): string {
  const { remote, told } = leg.media;
  const common =
    remote === undefined || told === undefined ? [] : commonFormats(remote.formats, told.formats);
  return common.find((format) => isAudioCodec(format.codec))?.codec.name ?? '';
}
