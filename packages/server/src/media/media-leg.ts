import type { LegId, LegMedia } from '@ringwall/media';

/** Where a leg's packets are in another thread than those of the leg that it is joined to. */
export interface Link {
  /** Stands for the other leg in this leg's thread. */
  readonly here: LegId;
}

/** What the signalling thread knows of a leg. */
export interface MediaLeg {
  readonly id: LegId;
  readonly family: 4 | 6;
  /** Number of its thread. */
  readonly thread: number;
  /** 0 while it waits for ports: its thread does not know it yet. */
  rtpPort: number;
  state: 'opening' | 'open' | 'closing';
  media: LegMedia | undefined;
  joined: MediaLeg | undefined;
  link: Link | undefined;
}

/**
 * How `far` looks to the thread of `near`: its packets come and go in the clear, with the payload types that the
 * last relaying has given them, and no port is involved.
 */
export function linkMedia(near: LegMedia, far: LegMedia): LegMedia {
  return {
    generation: 1,
    allowedSources: [],
    target: { address: 'link', port: 65_535 },
    rtcpTarget: undefined,
    rtcpMux: true,
    receives: near.sends,
    sends: far.sends,
    listening: far.listening,
    talking: far.talking,
    srtp: undefined,
  };
}
