import type { Flow } from '@ringwall/sip';
import type { CallId, CallRecord } from './call/call-record.ts';
import type { ExtensionNumber } from './snapshot/snapshot.ts';
import type { TrunkName } from './snapshot/trunk.ts';

/** What the PBX tells the log, the metrics and `ringwall calls --follow`. No secret is ever in one. */
export type PbxEvent =
  | {
      readonly kind: 'registered';
      readonly extension: ExtensionNumber;
      readonly flow: Flow;
      readonly contact: string;
      readonly expiresSeconds: number;
      readonly userAgent: string;
    }
  | {
      readonly kind: 'unregistered';
      readonly extension: ExtensionNumber;
      readonly contact: string;
      readonly because: 'asked' | 'expired' | 'connection-closed' | 'extension-changed';
    }
  | {
      readonly kind: 'registration-refused';
      readonly extension: ExtensionNumber;
      readonly flow: Flow;
      readonly reason: string;
    }
  /** A wrong answer to a challenge of ours. `authId` is what was claimed, known or not. */
  | {
      readonly kind: 'authentication-failed';
      readonly authId: string;
      readonly flow: Flow;
      readonly method: string;
    }
  | { readonly kind: 'malformed'; readonly flow: Flow; readonly code: string }
  | {
      readonly kind: 'ignored';
      readonly flow: Flow;
      readonly why: 'not-our-domain' | 'stray-response' | 'stray-request';
    }
  | {
      readonly kind: 'call-started';
      readonly call: CallId;
      /** An extension, or a number outside. */
      readonly caller: string;
      readonly dialled: string;
    }
  | {
      readonly kind: 'call-ringing';
      readonly call: CallId;
      readonly callee: string;
      readonly phones: number;
    }
  | {
      readonly kind: 'call-answered';
      readonly call: CallId;
      readonly callee: string;
      readonly codec: string;
      readonly callerProtected: boolean;
      readonly calleeProtected: boolean;
    }
  | { readonly kind: 'call-held' | 'call-resumed'; readonly call: CallId; readonly by: 'caller' | 'callee' }
  | {
      readonly kind: 'call-transferred';
      readonly call: CallId;
      readonly by: string;
      readonly to: string;
      readonly how: 'blind' | 'attended';
    }
  | { readonly kind: 'call-ended'; readonly record: CallRecord }
  | {
      readonly kind: 'trunk-changed';
      readonly trunk: TrunkName;
      /** `refused`: its password is, and it is not tried again. */
      readonly state: 'up' | 'down' | 'refused';
      /** Why, one sentence; `''` if it is up. */
      readonly text: string;
    }
  /** Somebody calls for help. */
  | {
      readonly kind: 'emergency-called';
      /** Who talks there, or who of the house led somebody there. */
      readonly extension: ExtensionNumber;
      readonly name: string;
      /** Where its phone stands; `''`: nobody has said. */
      readonly location: string;
      readonly number: string;
    }
  /** Calls to the outside come near a limit; `calls-frozen`: they met it, and none leaves until an administrator says so. */
  | {
      readonly kind: 'limit-near' | 'calls-frozen';
      /** An extension, or `system`. */
      readonly of: string;
      readonly rule: string;
      readonly text: string;
    }
  /** A trunk did not take a call: the status that it gave, or 504 where it said nothing. */
  | { readonly kind: 'trunk-call-failed'; readonly trunk: TrunkName; readonly status: number }
  /** Keys of a call came faster than its other side takes them, and one was left out. */
  | { readonly kind: 'key-dropped'; readonly call: CallId }
  /** An extension that is protected by a PIN. `barred`: too many were wrong, and none is taken for a while. */
  | {
      readonly kind: 'pin-lock';
      readonly extension: ExtensionNumber;
      readonly state: 'unlocked' | 'locked' | 'barred';
      readonly text: string;
    }
  /** A request that a trunk's provider could have sent, but did not send as it should have. */
  | { readonly kind: 'trunk-resembled'; readonly trunk: TrunkName; readonly flow: Flow; readonly why: string }
  /** An assertion of ours failed inside one call or transaction; that one was ended, nothing else. */
  | { readonly kind: 'internal-error'; readonly text: string; readonly stack: string };
