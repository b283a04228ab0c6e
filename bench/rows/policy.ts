import { join } from 'node:path';
import { runPinned } from '../servers/server.ts';
import type { Row } from './row.ts';

const SCRIPT = join(import.meta.dirname, '..', 'policy', 'decisions.ts');

interface PolicyFigures {
  readonly explainedPerSecond: number;
  readonly decisionsPerSecond: number;
  readonly outboundRatio: number;
  readonly inboundRatio: number;
}

const STAGE: Row['stage'] = { name: 'policy alone', userCount: 0, warmUp: () => Promise.resolve() };

async function figures(): Promise<PolicyFigures> {
  return JSON.parse(await runPinned(SCRIPT, 120_000)) as PolicyFigures;
}

export const POLICY_ROWS: readonly Row[] = [
  {
    id: 'policy-decision',
    title:
      'External calls that one core decides a second: 200 outbound rules, 50 countries, the default limits',
    unit: '/s',
    contestants: ['ringwall'],
    target: { of: 'figure', atLeast: 100_000 },
    stage: STAGE,
    measure: async () => (await figures()).decisionsPerSecond,
  },
  {
    id: 'policy-explained',
    title: 'The same without counting them: what a rule, a number and every gate say of a call',
    unit: '/s',
    contestants: ['ringwall'],
    target: { of: 'figure', atLeast: 100_000 },
    stage: STAGE,
    measure: async () => (await figures()).explainedPerSecond,
  },
  {
    id: 'policy-rules-flat',
    title: 'Finding the outbound rule among 10,000, by what it costs among 10',
    unit: '×',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 1.5 },
    stage: STAGE,
    measure: async () => (await figures()).outboundRatio,
  },
  {
    id: 'policy-inbound-flat',
    title: 'Finding the inbound rule among 10,000, by what it costs among 10',
    unit: '×',
    contestants: ['ringwall'],
    target: { of: 'figure', atMost: 1.5 },
    stage: STAGE,
    measure: async () => (await figures()).inboundRatio,
  },
];
