import { networkText, unreachable, type WallMs } from '@ringwall/base';
import type { SecurityEvent } from '@ringwall/pbx';
import type { GuardEffect, GuardRule } from '@ringwall/policy';

/** What is told of an effect; the lists themselves are not: who changes them is told by the effect beside it. */
export type ToldEffect = Exclude<GuardEffect, { readonly do: 'save-entry' | 'forget-entry' }>;

const MET: Readonly<Record<GuardRule, string>> = {
  'failed-authentication': 'too many wrong passwords or broken messages',
  'unanswered-challenges': 'too many challenges left unanswered',
  'barrier-amber': 'too many requests',
  'barrier-red': 'far too many requests',
  canary: 'it used a canary extension',
};

/** An effect as it is kept and logged. */
export function securityEvent(effect: ToldEffect, at: WallMs): SecurityEvent {
  switch (effect.do) {
    case 'report-ban': {
      const { network, expiresAt, times, evidence } = effect.entry;
      const source = networkText(network);
      const until = expiresAt === undefined ? 'for good' : `until ${new Date(expiresAt).toISOString()}`;
      const again = times > 1 ? `, ban ${times} in a row` : '';
      const seen = evidence.at(-1);
      const last = seen === undefined ? '' : `. Last seen: ${seen.seen}`;
      const text = `${source} is blacklisted ${until}${again}: ${MET[effect.rule]}${last}`;
      return { at, kind: 'ban', source, rule: effect.rule, text, isForgeable: false };
    }
    case 'drop-udp': {
      const text = `UDP from ${effect.source} is dropped for ${seconds(effect.forMs)}: ${MET[effect.rule]}`;
      return { at, kind: 'udp-drop', source: effect.source, rule: effect.rule, text, isForgeable: true };
    }
    case 'report-throttle': {
      const { source, rule, scope, forMs } = effect;
      const over = scope === 'udp' ? 'UDP' : 'TCP and TLS';
      const text = `${source} is ignored over ${over} for ${seconds(forMs)}: ${MET[rule]}`;
      return { at, kind: 'throttle', source, rule, text, isForgeable: scope === 'udp' };
    }
    case 'tell-owner': {
      const { source, rule, text } = effect;
      return { at, kind: 'owner-told', source, rule, text, isForgeable: false };
    }
    case 'alarm':
      return { at, kind: 'alarm', source: '', rule: effect.alarm, text: effect.text, isForgeable: false };
    default:
      return unreachable(effect);
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
