import type { PbxEvent } from '@ringwall/pbx';
import { escapeSipText } from './escape.ts';

/** Who calls for help, and where to run: for the log and for notices. */
export function helpText({
  extension,
  name,
  location,
  number,
}: Extract<PbxEvent, { readonly kind: 'emergency-called' }>): string {
  const who = name === '' || name === extension ? extension : `${extension} ${escapeSipText(name)}`;
  const where = location === '' ? '' : ` (${escapeSipText(location)})`;
  return `Extension ${who}${where} calls for help: ${number}`;
}
