import { assert } from '@ringwall/base';
import { newTrunkDocument, type TrunkDocument, trunkShape } from '../configuration/trunk.ts';
import { type Shape, listOf, object, type ShapeOf, text } from '../shape/shape.ts';
import autphone from './autphone.json' with { type: 'json' };
import didwwEu from './didww-eu.json' with { type: 'json' };
import didwwUs from './didww-us.json' with { type: 'json' };
import dusNetTls from './dus-net-tls.json' with { type: 'json' };
import dusNet from './dus-net.json' with { type: 'json' };
import exotel from './exotel.json' with { type: 'json' };
import ovh from './ovh.json' with { type: 'json' };
import plivo from './plivo.json' with { type: 'json' };
import telnyxEu from './telnyx-eu.json' with { type: 'json' };
import telnyxUs from './telnyx-us.json' with { type: 'json' };
import twilio from './twilio.json' with { type: 'json' };
import vonage from './vonage.json' with { type: 'json' };

/**
 * What well-known providers publish of their trunks, one file each. A file says only what its sources say, and when they
 * were read; what it leaves out is as in any new trunk. Networks of a provider that are not in its sources are not
 * guessed: whoever calls from a network that is named here is believed to be the provider.
 */

const word = text({ min: 1, max: 1_024 });

/** Fields of a trunk, as far as the provider publishes them. Whether they make a trunk is seen by making one. */
const someOfATrunk: Shape<Partial<TrunkDocument>> = {
  read: (value, at) => {
    const made = trunkShape.read(
      { ...newTrunkDocument('template.invalid', 'address'), ...(value as object) },
      at,
    );
    return made.ok ? { ok: true, value: value as Partial<TrunkDocument> } : made;
  },
};

const trunkTemplateShape = object({
  name: word,
  /** The provider, and its region if it has several. */
  title: word,
  /** The host, or what that of a customer looks like. */
  hostLike: word,
  /** Where it stands, and the day on which it was read there. */
  sources: listOf(text({ min: 1, max: 1_024, pattern: /^https:\/\// }), 8),
  checked: text({ max: 10, pattern: /^\d{4}-\d\d-\d\d$/ }),
  /** Without `host`: it is another for each customer. */
  trunk: someOfATrunk,
  notes: listOf(word, 16),
});
export type TrunkTemplate = ShapeOf<typeof trunkTemplateShape>;

const FILES: readonly unknown[] = [
  autphone,
  didwwEu,
  didwwUs,
  dusNet,
  dusNetTls,
  exotel,
  ovh,
  plivo,
  telnyxEu,
  telnyxUs,
  twilio,
  vonage,
];

/** In the order of their names. */
export function trunkTemplates(): readonly TrunkTemplate[] {
  return FILES.map((file) => {
    const read = trunkTemplateShape.read(file, '');
    assert(read.ok, read.ok ? '' : `a template of a trunk: ${read.error}`);
    return read.value;
  });
}

/** A new trunk by a template. @param host of the customer's own, if the template does not have one for everybody. */
export function trunkOfTemplate({ trunk }: TrunkTemplate, host: string): TrunkDocument {
  return { ...newTrunkDocument(host, trunk.kind ?? 'register'), ...trunk, host };
}
