import type { LegId } from '@ringwall/media';
import type { GuardEffect, LimitRecord, PinAttempts } from '@ringwall/policy';
import type { Flow } from '@ringwall/sip';
import type { CallRecord } from './call/call-record.ts';
import type { PbxEvent } from './events.ts';
import type { MediaCommand } from './ports/media-service.ts';
import type { Binding } from './registrar/binding.ts';
import type { PhonePlace } from './registrar/waiting.ts';
import type { ExtensionNumber } from './snapshot/snapshot.ts';
import type { Trunk } from './snapshot/trunk.ts';

/** What the PBX wants done, in order; whoever performs it brings nothing back but later inputs. */
export type Effect =
  | { readonly do: 'send'; readonly flow: Flow; readonly bytes: Uint8Array }
  | { readonly do: 'media'; readonly command: MediaCommand }
  | {
      readonly do: 'save-bindings';
      readonly extension: ExtensionNumber;
      readonly bindings: readonly Binding[];
    }
  | { readonly do: 'save-call-record'; readonly record: CallRecord }
  /** What is counted of an extension's calls outside, or of all; replaces what was saved of these. */
  | { readonly do: 'save-limits'; readonly record: LimitRecord }
  /** Is it the PIN of the extension? That takes long on purpose. Answered by `pinChecked`, always. */
  | {
      readonly do: 'check-pin';
      readonly leg: LegId;
      readonly extension: ExtensionNumber;
      readonly pin: string;
    }
  /** How often the PIN of an extension was tried wrong; replaces what was saved of it. */
  | { readonly do: 'save-pin-attempts'; readonly record: PinAttempts }
  /** The guard has acted already; this is to be kept, told, and done in the kernel. */
  | { readonly do: 'guard'; readonly effect: GuardEffect }
  /**
   * Find the trunk's provider, and connect to it; `keep`: where it is reached, unless the DNS does not name that any
   * more. Answered by `trunkReached` or `trunkUnreachable`.
   */
  | {
      readonly do: 'reach-trunk';
      readonly trunk: Trunk;
      readonly avoid: Flow | undefined;
      readonly keep?: Flow | undefined;
    }
  /**
   * Connect to the phone of a binding that waits, over TCP, since somebody calls it. Answered by `phoneReached`, if it
   * can be.
   */
  | { readonly do: 'reach-phone'; readonly binding: Binding; readonly at: PhonePlace }
  | { readonly do: 'report'; readonly event: PbxEvent };
