import { isDeepStrictEqual } from 'node:util';
import {
  type BlacklistText,
  blacklistTextShape,
  type CallerText,
  callerTextShape,
  type ExtensionDocument,
  extensionDocumentShape,
  extensionNumber,
  type GroupHoursDocument,
  groupHoursShape,
  groupName,
  type InboundDocument,
  inboundRuleShape,
  itemName,
  limitedName,
  newOutboundRuleDocument,
  newTrunkDocument,
  type OutboundRuleDocument,
  outboundRuleShape,
  type OwnLevelsDocument,
  ownLevelsShape,
  type PolicyTest,
  policyTestShape,
  ratePrefix,
  rateTextShape,
  type RingGroupDocument,
  ringGroupShape,
  type Shape,
  type TrunkText,
  trunkTextShape,
  type WhitelistText,
  whitelistTextShape,
} from '@ringwall/contract';
import { DEFAULT_CALLING_RIGHTS } from '@ringwall/pbx';
import { callerItemName } from '../caller-blacklist.ts';
import type { Entry, RateText, SectionName } from './document.ts';
import {
  completeDestination,
  completeRoute,
  completeSpan,
  writtenDestination,
  writtenRoute,
  writtenSpan,
} from './short-forms.ts';
import { isMapping, type Texts } from './texts.ts';

type Given = Readonly<Record<string, unknown>>;

/** How the things of a section are written. Settings are written in another way. */
export interface Section<Fields extends object> {
  /** By name, or one below the other in their order. */
  readonly form: 'mapping' | 'list';
  /** What one is called by; of a list among its fields. */
  readonly nameShape: Shape<string>;
  /** The fields in the order in which they are written; those that must be come first. */
  readonly fields: readonly (keyof Fields & string)[];
  readonly required: readonly (keyof Fields & string)[];
  readonly texts: Texts;
  /** Fills in what is left out. */
  complete(name: string, given: Given): Given;
  readonly shape: Shape<Fields>;
  /** In short, whole. */
  written(fields: Fields): Given;
  /** Of a list whose things have no name of their own: made of their fields. */
  nameOf?(fields: Fields): string;
}

const { callerId = '', emergencyCallerId: _none, location: _nowhere, ...RIGHTS } = DEFAULT_CALLING_RIGHTS;
const CALLING: ExtensionDocument['calling'] = { ...RIGHTS, callerId };

export const EXTENSIONS: Section<ExtensionDocument> = {
  form: 'mapping',
  nameShape: extensionNumber,
  fields: ['name', 'enabled', 'lanOnly', 'secureTransportOnly', 'rtpMode', 'calling'],
  required: [],
  texts: { name: true, calling: { callerId: true, emergencyCallerId: true, location: true, groups: [true] } },
  complete: (number, { name = number, ...given }) => ({
    // As the extension commands keep it.
    name: typeof name === 'string' ? name.trim().normalize('NFC') : name,
    enabled: true,
    lanOnly: true,
    secureTransportOnly: false,
    rtpMode: null,
    ...given,
    calling: given['calling'] === undefined ? CALLING : within(CALLING, given['calling']),
  }),
  shape: extensionDocumentShape,
  written: ({ calling, ...fields }) => ({ ...fields, calling: beyond(CALLING, calling) }),
};

export const GROUP_HOURS: Section<GroupHoursDocument> = {
  form: 'mapping',
  nameShape: groupName,
  fields: ['timeZone', 'week', 'breaks', 'holidays', 'forced'],
  required: [],
  texts: { timeZone: true, week: [true], breaks: [true], holidays: [true] },
  complete: (_, given) => ({
    timeZone: null,
    week: null,
    breaks: null,
    holidays: null,
    forced: null,
    ...given,
  }),
  shape: groupHoursShape,
  written: (fields) => ({ ...fields }),
};

export const RING_GROUPS: Section<RingGroupDocument> = {
  form: 'mapping',
  nameShape: extensionNumber,
  fields: ['name', 'members', 'strategy', 'ringSeconds', 'next'],
  required: ['members'],
  texts: { name: true, members: [true], next: true },
  complete: (number, { name = number, ...given }) => ({
    name: typeof name === 'string' ? name.trim().normalize('NFC') : name,
    strategy: 'all',
    ringSeconds: 20,
    next: null,
    ...given,
  }),
  shape: ringGroupShape,
  written: (fields) => ({ ...fields }),
};

export const TRUNKS: Section<TrunkText> = {
  form: 'mapping',
  nameShape: itemName,
  fields: [
    ...(Object.keys(newTrunkDocument('', 'register')) as (keyof TrunkText)[]),
    ...(['password', 'ca'] as const),
  ],
  required: ['host', 'kind'],
  texts: {
    host: true,
    user: true,
    realm: true,
    callerNumber: true,
    fromDomain: true,
    networks: [true],
    outboundProxy: { host: true },
    password: { env: true, file: true },
    ca: { file: true },
  },
  complete: (_, given) => {
    const { host: _host, ...usual } = newTrunkDocument(
      typeof given['host'] === 'string' ? given['host'] : '',
      'register',
    );
    const proxy = given['outboundProxy'];
    return {
      ...usual,
      password: 'none',
      ca: null,
      ...given,
      ...(isMapping(proxy) ? { outboundProxy: { port: null, ...proxy } } : {}),
    };
  },
  shape: trunkTextShape,
  written: (fields) => ({ ...fields }),
};

const OUTBOUND = newOutboundRuleDocument();

export const OUTBOUND_RULES: Section<OutboundRuleDocument> = {
  form: 'list',
  nameShape: itemName,
  fields: Object.keys(OUTBOUND) as (keyof OutboundRuleDocument)[],
  required: ['routes'],
  texts: {
    prefixes: [true],
    groups: [true],
    routes: [{ trunk: true, prepend: true, append: true, callerId: true }],
  },
  complete: (_, given) => {
    const { routes: _routes, ...usual } = OUTBOUND;
    const whole: Given = { ...usual, ...given };
    return {
      ...whole,
      lengths: each(whole['lengths'], completeSpan),
      extensions: each(whole['extensions'], completeSpan),
      ...('routes' in whole ? { routes: each(whole['routes'], completeRoute) } : {}),
    };
  },
  shape: outboundRuleShape,
  written: (fields) => ({
    ...fields,
    lengths: fields.lengths.map(writtenSpan),
    extensions: fields.extensions.map(writtenSpan),
    routes: fields.routes.map(writtenRoute),
  }),
};

const DESTINATION: Texts = { number: true, owner: true, extensions: [true] };

export const INBOUND_RULES: Section<InboundDocument> = {
  form: 'list',
  nameShape: itemName,
  fields: ['trunks', 'called', 'callers', 'hoursOf', 'open', 'closed', 'holiday'],
  required: ['open'],
  texts: {
    trunks: [true],
    called: [true],
    callers: [true],
    hoursOf: true,
    open: DESTINATION,
    closed: DESTINATION,
    holiday: DESTINATION,
  },
  complete: (_, given) => {
    const whole: Given = { trunks: [], called: [], callers: [], closed: null, holiday: null, ...given };
    const times = ['open', 'closed', 'holiday'].filter((time) => time in whole);
    return {
      ...whole,
      ...Object.fromEntries(times.map((time) => [time, completeDestination(whole[time])])),
    };
  },
  shape: inboundRuleShape,
  written: ({ open, closed, holiday, ...fields }) => ({
    ...fields,
    open: writtenDestination(open),
    closed: writtenDestination(closed),
    holiday: writtenDestination(holiday),
  }),
};

export const CALLER_BLACKLIST: Section<CallerText> = {
  form: 'list',
  nameShape: itemName,
  fields: ['caller', 'extension', 'description'],
  required: ['caller'],
  texts: { caller: true, extension: true, description: true },
  complete: (_, given) => ({ extension: null, description: '', ...given }),
  shape: callerTextShape,
  written: (fields) => ({ ...fields }),
  nameOf: ({ caller, extension }) => callerItemName(caller, extension),
};

export const RATES: Section<RateText> = {
  form: 'mapping',
  nameShape: ratePrefix,
  fields: ['perMinute', 'perCall', 'name'],
  required: ['perMinute'],
  texts: { name: true },
  complete: (_, given) => ({ perCall: 0, name: '', ...given }),
  shape: rateTextShape,
  written: (fields) => ({ ...fields }),
};

export const OWN_LIMITS: Section<OwnLevelsDocument> = {
  form: 'mapping',
  nameShape: limitedName,
  fields: ['levels', 'closed'],
  required: [],
  texts: { levels: [true], closed: [true] },
  complete: (_, given) => ({ levels: [], closed: [], ...given }),
  shape: ownLevelsShape,
  written: (fields) => ({ ...fields }),
};

export const POLICY_TESTS: Section<PolicyTest> = {
  form: 'list',
  nameShape: itemName,
  fields: ['from', 'dials', 'at', 'expect', 'through', 'because'],
  required: ['from', 'dials', 'expect', 'because'],
  texts: { from: true, dials: true, at: true, through: true, because: true },
  complete: (_, given) => ({ at: null, through: null, ...given }),
  shape: policyTestShape,
  written: (fields) => ({ ...fields }),
};

/** Who is said to have put an entry on a list, where nothing else is known. */
const SOMEBODY = 'an administrator';
const LISTED = { form: 'list', nameShape: itemName, required: ['network'] } as const;

export const GUARD_BLACKLIST: Section<BlacklistText> = {
  ...LISTED,
  fields: ['network', 'until', 'description', 'by'],
  texts: { network: true, until: true, description: true, by: true },
  complete: (_, given) => ({ until: null, description: '', by: SOMEBODY, ...given }),
  shape: blacklistTextShape,
  written: (fields) => ({ ...fields }),
  nameOf: ({ network }) => network,
};

export const GUARD_WHITELIST: Section<WhitelistText> = {
  ...LISTED,
  fields: ['network', 'description', 'by'],
  texts: { network: true, description: true, by: true },
  complete: (_, given) => ({ description: '', by: SOMEBODY, ...given }),
  shape: whitelistTextShape,
  written: (fields) => ({ ...fields }),
  nameOf: ({ network }) => network,
};

const SECTIONS = {
  extensions: EXTENSIONS,
  'group-hours': GROUP_HOURS,
  'ring-groups': RING_GROUPS,
  trunks: TRUNKS,
  'outbound-rules': OUTBOUND_RULES,
  'inbound-rules': INBOUND_RULES,
  'caller-blacklist': CALLER_BLACKLIST,
  rates: RATES,
  'own-limits': OWN_LIMITS,
  'policy-tests': POLICY_TESTS,
  'guard-blacklist': GUARD_BLACKLIST,
  'guard-whitelist': GUARD_WHITELIST,
} as const;

/** What somebody would have to write of it: what must be, and what is not as usual. */
export function unusualFields(name: SectionName, entry: Entry<object>): Given {
  // The table pairs each section with its fields; the compiler cannot follow that through a name.
  return name === 'settings'
    ? { ...entry.fields }
    : unusualOf(SECTIONS[name] as unknown as Section<object>, entry);
}

export function unusualOf<Fields extends object>(
  section: Section<Fields>,
  { name, fields }: Entry<Fields>,
): Given {
  const { required } = section;
  const given = Object.fromEntries(required.map((field) => [field, fields[field]]));
  const usual = section.complete(name, given);
  const written = section.written(fields);
  const isWritten = (field: keyof Fields & string): boolean =>
    required.includes(field) || !isDeepStrictEqual(fields[field], usual[field]);
  return Object.fromEntries(
    [...required, ...section.fields.filter((field) => !required.includes(field))]
      .filter(isWritten)
      .map((field) => [field, written[field]]),
  );
}

function each(list: unknown, change: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(change) : list;
}

function within(usual: object, given: unknown): unknown {
  return isMapping(given) ? { ...usual, ...given } : given;
}

/** The fields that are not as usual, in an order that does not hang on who gave them. */
function beyond(usual: object, given: object): Given {
  const [known, fields] = [usual as Given, given as Given];
  const more = Object.keys(fields).filter((name) => !Object.hasOwn(known, name));
  return Object.fromEntries(
    [...Object.keys(known), ...more.toSorted()]
      .filter((name) => JSON.stringify(fields[name]) !== JSON.stringify(known[name]))
      .map((name) => [name, fields[name]]),
  );
}
