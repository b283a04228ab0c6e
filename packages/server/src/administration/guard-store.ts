import type { OpenData } from '../program/open-data.ts';
import type { GuardHandlersParts } from './guard-handlers.ts';

/** What the guard is administered on while the program is stopped: a change by hand is a version that can be gone back from. */
export function guardStore({
  store,
  commands,
}: Pick<OpenData, 'store' | 'commands'>): GuardHandlersParts['store'] {
  return {
    extensions: () => store.extensions(),
    items: () => store.items(),
    bindings: (now) => store.bindings(now),
    guardEntries: () => store.guardEntries(),
    changeGuardEntries: (changes) => commands.changeGuardEntries(changes),
    addSecurityEvents: (events) => store.addSecurityEvents(events),
    securityEvents: (query) => store.securityEvents(query),
  };
}
