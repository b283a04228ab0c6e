import type { LegId } from '@ringwall/media';
import type { Service } from '../service/service-step.ts';
import { USUAL_FORMATS } from './leg-formats.ts';
import type { Leg } from './leg.ts';
import type { OtherSide } from './leg-media.ts';

/** The house in a call that it answers itself: there is one leg, and no other. */
export interface CallService {
  readonly leg: LegId;
  readonly service: Service;
  /** The caller has acknowledged our answer, and hears us. */
  readonly hasBegun: boolean;
  /** How the caller's keys come: by the first way that one came, since some phones send each of them twice. */
  readonly digitsBy: 'rtp' | 'info' | undefined;
}

/** What the house speaks and understands: G.711 and key presses. */
export const HOUSE_SIDE: OtherSide = {
  formats: USUAL_FORMATS.filter(({ codec }) => codec.name !== 'G722'),
  wish: { sends: true, hears: true },
};

/** Whom a leg talks with, if that is the house. */
export function houseSide(
  { service }: { readonly service: CallService | undefined },
  leg: Leg,
): OtherSide | undefined {
  return service?.leg === leg.id ? HOUSE_SIDE : undefined;
}
