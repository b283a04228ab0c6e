import type { AppliedView, PlanView } from '@ringwall/contract';
import { bracketed } from '../../output/phone-account.ts';
import { plain } from '../../output/plain-text.ts';
import type { Shell } from '../../shell.ts';
import { remarkTrial } from '../guard/confirm.ts';
import { FAILED_COLUMNS } from '../policy.ts';

type Change = PlanView['changes'][number];

const MARKS = { added: '+', changed: '~', removed: '-', reordered: '~' } as const;

/** What would change, section by section, and what is left alone. */
export function showPlan(shell: Shell, plan: PlanView): void {
  const { changes, untouched, remarks, broken, shutsOut } = plan;
  if (changes.length === 0) shell.print('Nothing would change.\n');
  for (const [section, ofSection] of Map.groupBy(changes, (change) => change.section)) {
    shell.print(`${shell.style.bold(section)}\n`);
    for (const change of ofSection)
      shell.print(section === 'settings' ? settingLine(change) : changeLines(change));
  }
  const total = plan.added + plan.changed + plan.removed;
  if (total > changes.length) shell.print(`… and ${total - changes.length} more\n`);
  if (untouched.length > 0) shell.print(`Not in the file, and left alone: ${untouched.join(', ')}.\n`);
  for (const remark of remarks) shell.print(`${plain(remark)}\n`);
  if (shutsOut !== null) {
    shell.print(`${shell.style.bad('This would shut out')} ${plain(shutsOut)}: that needs --force.\n`);
  }
  if (broken.length === 0) return;
  shell.print('\nPolicy tests that would fail:\n');
  shell.table(broken, FAILED_COLUMNS);
}

function settingLine({ name, what, fields }: Change): string {
  const { before, after } = fields[0] ?? { before: null, after: null };
  if (what === 'removed') return `  - ${name}: ${plain(before ?? '')} -> the default\n`;
  return `  ${MARKS[what]} ${name}: ${before === null ? '' : `${plain(before)} -> `}${plain(after ?? '')}\n`;
}

function changeLines({ section, name, what, fields }: Change): string {
  if (what === 'removed') {
    const secrets = section === 'extensions' || section === 'trunks' ? ', with its secrets' : '';
    return `  - ${plain(name)} is removed${secrets}\n`;
  }
  const lines = fields.map(({ field, before, after }) =>
    what === 'added'
      ? `      ${field}: ${plain(after ?? 'none')}\n`
      : `      ${field}: ${plain(before ?? 'none')} -> ${plain(after ?? 'none')}\n`,
  );
  const title = what === 'reordered' ? 'the order' : `${plain(name)} is ${what}`;
  return `  ${MARKS[what]} ${title}\n${lines.join('')}`;
}

/** `2 added, 3 REMOVED (1 extension among them, whose phones stop working)`. */
export function countWords({ added, changed, removed, removedExtensions }: PlanView): string {
  const phones = removedExtensions === 1 ? '1 extension' : `${removedExtensions} extensions`;
  const who = removedExtensions === 0 ? '' : ` (${phones} among them, whose phones stop working)`;
  return [
    added === 0 ? '' : `${added} added`,
    changed === 0 ? '' : `${changed} changed`,
    removed === 0 ? '' : `${removed} REMOVED${who}`,
  ]
    .filter((each) => each !== '')
    .join(', ');
}

/** What was done, and the secrets that were made: this once. */
export function showApplied(
  shell: Shell,
  { plan, version, issued, addresses, certificateSelfSigned, confirmWithin }: AppliedView,
): void {
  shell.print(
    `Done: ${countWords(plan)}. It is version ${version} now; ringwall roll-back ${plan.version} goes back.\n`,
  );
  for (const remark of plan.remarks) shell.remark(remark);
  remarkTrial(shell, confirmWithin);
  if (issued.length === 0) return;
  shell.print('\nNew extensions. Their passwords are shown this once, and kept nowhere in clear:\n\n');
  shell.table(issued, [
    { title: 'Number', cell: (row) => row.number, align: 'right' },
    { title: 'Name', cell: (row) => row.name, shrinkTo: 8 },
    { title: 'Auth ID', cell: (row) => row.authId },
    { title: 'Password', cell: (row) => row.password },
    { title: 'SRTP', cell: (row) => row.srtp },
  ]);
  const list = addresses.map((at) => `${at.transport.toUpperCase()} ${bracketed(at.host)}:${at.port}`);
  const where = list.length === 0 ? 'see ringwall status when the program runs' : list.join(', ');
  shell.print(`\nTheir phones reach the program at: ${where}.\n`);
  if (certificateSelfSigned && addresses[0]?.transport === 'tls') {
    shell.print('The certificate of the server is self-signed: tell the phones to accept it.\n');
  }
}
