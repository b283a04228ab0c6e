import type { Migration } from 'kysely/migration';
import { up as foundation } from './0001-foundation.ts';
import { up as redirections } from './0002-redirections.ts';
import { up as guard } from './0003-guard.ts';
import { up as guardHits } from './0004-guard-hits.ts';
import { up as items } from './0005-items.ts';
import { up as limits } from './0008-limits.ts';
import { up as keptConfigurations } from './0009-kept-configurations.ts';
import { up as pins } from './0010-pins.ts';
import { up as calling } from './0007-calling.ts';
import { up as verdicts } from './0006-verdicts.ts';
import { up as callFacts } from './0011-call-facts.ts';
import { up as itemHits } from './0012-item-hits.ts';

/**
 * Every step from an empty database to the newest one, in the order of their names. A step that was released is
 * never edited, and has no way back: going back is restoring a backup.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': { up: foundation },
  '0002-redirections': { up: redirections },
  '0003-guard': { up: guard },
  '0004-guard-hits': { up: guardHits },
  '0005-items': { up: items },
  '0006-verdicts': { up: verdicts },
  '0007-calling': { up: calling },
  '0008-limits': { up: limits },
  '0009-kept-configurations': { up: keptConfigurations },
  '0010-pins': { up: pins },
  '0011-call-facts': { up: callFacts },
  '0012-item-hits': { up: itemHits },
};
