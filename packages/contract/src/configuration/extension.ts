import { callingShape } from '../control/calling-rights.ts';
import { displayName, rtpMode } from '../control/shapes.ts';
import { flag, nullable, object, type ShapeOf } from '../shape/shape.ts';

/** An extension as an administrator describes it; its secrets are made by the program, and in no description. */
export const extensionDocumentShape = object({
  name: displayName,
  enabled: flag,
  lanOnly: flag,
  secureTransportOnly: flag,
  /** null: required over TLS, optional otherwise. */
  rtpMode: nullable(rtpMode),
  calling: callingShape,
});
export type ExtensionDocument = ShapeOf<typeof extensionDocumentShape>;
