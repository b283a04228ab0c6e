import { err, ok, type WallMs } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type ControlHandlers,
  type ForecastView,
  type InboundForecastView,
  MOST_RULES_TOLD,
} from '@ringwall/contract';
import type { CallForecast, ExtensionNumber, InboundForecast, TrunkName } from '@ringwall/pbx';
import {
  type CallStep,
  destinationKey,
  freezeThatHolds,
  type LimitsExplanation,
  type LimitsPolicy,
  rateFor,
} from '@ringwall/policy';

/** What only the running program can say: trunks and their state are a part of the answer. */
export interface RunningForecast {
  forecast(from: ExtensionNumber, dialled: string, at: WallMs): CallForecast | undefined;
  forecastInbound(
    trunk: TrunkName,
    call: { readonly called: string; readonly caller: string; readonly at: WallMs },
  ): InboundForecast | undefined;
  /** @param trunks that the call would try. */
  explainLimits(extension: ExtensionNumber, trunks: readonly string[]): LimitsExplanation | undefined;
  rates(): Pick<LimitsPolicy, 'rates' | 'currency'>;
}

export function explainHandlers(
  running: (RunningForecast & { configured(): Promise<void> }) | undefined,
  now: () => WallMs,
  notRunning: AdminError,
): Pick<ControlHandlers, 'explain.call' | 'explain.inbound'> {
  return {
    'explain.call': async ({ from, dial, at }) => {
      if (running === undefined) return err(notRunning);
      await running.configured();
      const forecast = running.forecast(from as ExtensionNumber, dial, (at ?? now()) as WallMs);
      if (forecast === undefined) return err(adminError('EXTENSION_UNKNOWN', { number: from }));
      const trunks = (forecast.explanation?.ways ?? []).map(({ route }) => route.trunkId);
      const limits = forecast.isInside ? undefined : running.explainLimits(from as ExtensionNumber, trunks);
      const view = forecastView(forecast, running.rates());
      return ok({ forecast: { ...view, ...heldUp(forecast, limits), limits: limitsView(limits) } });
    },
    'explain.inbound': async ({ trunk, to, from, at }) => {
      if (running === undefined) return err(notRunning);
      await running.configured();
      const [called, caller] = [withoutSeparators(to), withoutSeparators(from)];
      const call = { called, caller, at: (at ?? now()) as WallMs };
      const forecast = running.forecastInbound(trunk as TrunkName, call);
      if (forecast === undefined) return err(adminError('TRUNK_UNKNOWN', { name: trunk }));
      return ok({ forecast: inboundView(forecast) });
    },
  };
}

/** The limits are asked last: what the policy lets out they may hold up. A call for help is never brought before them. */
function heldUp(
  { plan, explanation, homeCountry }: CallForecast,
  limits: LimitsExplanation | undefined,
): Partial<Pick<ForecastView, 'status' | 'reason' | 'invites'>> {
  const destination = explanation?.ways[0]?.destination;
  if (!plan.ok || limits === undefined || destination === undefined) return {};
  const freeze = freezeThatHolds(limits, destinationKey(destination) !== homeCountry);
  if (freeze === undefined) return {};
  const reason = `Calls are frozen until an administrator releases them: ${freeze.text}`;
  return { status: 403, reason, invites: [] };
}

/** As the number in a request of a provider is read. */
function withoutSeparators(number: string): string {
  return number.replace(/[-.() ]/g, '');
}

function inboundView({
  trunkProblem,
  officeState,
  rules,
  destination,
  plan,
  stages,
  invites,
}: InboundForecast): InboundForecastView {
  const told = rules.slice(-MOST_RULES_TOLD);
  return {
    trunkProblem: trunkProblem ?? null,
    officeState,
    rules: told.map(({ rule, misfit }) => ({ name: rule.name, misfit: misfit ?? null })),
    rulesBefore: rules.length - told.length,
    destination: destination ?? null,
    stages: stages.map(({ rings, seconds }) => ({ rings: [...rings], seconds: seconds ?? null })),
    because: plan.because?.map((reason) => ({ ...reason })) ?? [],
    invites: invites.map((invite) => ({ ...invite, identity: [...invite.identity] })),
    status: plan.ok ? null : plan.status,
    reason: plan.ok ? '' : plan.reason,
  };
}

function limitsView(limits: LimitsExplanation | undefined): ForecastView['limits'] {
  if (limits === undefined) return null;
  const { frozen, counters } = limits;
  return {
    frozen: frozen.map(({ of, text }) => ({ of, text })),
    counters: counters.map(({ warning, most, critical, ...counter }) => ({
      ...counter,
      warning: warning ?? null,
      most: most ?? null,
      critical: critical ?? null,
    })),
  };
}

type Costs = Pick<LimitsPolicy, 'rates' | 'currency'>;

function forecastView(
  { isInside, isOfficeOpen, hoursOf, explanation, plan, invites, passedOver }: CallForecast,
  costs: Costs,
): Omit<ForecastView, 'limits'> {
  return {
    inside: isInside,
    officeOpen: isOfficeOpen,
    ...(hoursOf === undefined ? {} : { hoursOf }),
    emergency: explanation?.emergency ?? null,
    rule: explanation?.rule?.id ?? null,
    routes: routesOf(explanation?.steps ?? [], costs),
    rates: { known: costs.rates.byPrefix.size > 0, currency: costs.currency },
    verdict: explanation?.verdict ?? (plan.ok ? 'allow' : 'deny'),
    because: explanation?.because.map((reason) => ({ ...reason })) ?? [],
    status: plan.ok ? null : plan.status,
    reason: plan.ok ? '' : plan.reason,
    invites: invites.map((invite) => ({ ...invite, identity: [...invite.identity] })),
    passedOver: [...passedOver],
  };
}

/** The steps of each route together. */
function routesOf(steps: readonly CallStep[], { rates }: Costs): ForecastView['routes'] {
  const places = Map.groupBy(
    steps.filter((step) => 'place' in step),
    ({ place }) => place,
  );
  return [...places].map(([place, ofRoute]) => {
    const route = ofRoute.find(({ step }) => step === 'route') as Of<'route'> | undefined;
    const read = (ofRoute.find(({ step }) => step === 'number') as Of<'number'> | undefined)?.read;
    const gates = ofRoute.find(({ step }) => step === 'gates') as Of<'gates'> | undefined;
    return {
      place,
      trunk: route?.trunkId ?? null,
      rewritten: route?.rewritten ?? null,
      number: read?.ok ? { ...read.value, country: read.value.country ?? null } : null,
      rate: (read?.ok ? rateFor(rates, read.value.number) : undefined) ?? null,
      because: gates?.decision.because.map((reason) => ({ ...reason })) ?? [],
    };
  });
}

type Of<Step extends CallStep['step']> = Extract<CallStep, { readonly step: Step }>;
