import { err, ok, type WallMs } from '@ringwall/base';
import { type AdminError, adminError, type ControlHandlers, type ForecastView } from '@ringwall/contract';
import type { CallForecast, ExtensionNumber } from '@ringwall/pbx';
import { type CallStep, type LimitsExplanation, type LimitsPolicy, rateFor } from '@ringwall/policy';

/** What only the running program can say: trunks and their state are a part of the answer. */
export interface RunningForecast {
  forecast(from: ExtensionNumber, dialled: string, at: WallMs): CallForecast | undefined;
  explainLimits(extension: ExtensionNumber): LimitsExplanation | undefined;
  rates(): Pick<LimitsPolicy, 'rates' | 'currency'>;
}

export function explainHandlers(
  running: (RunningForecast & { configured(): Promise<void> }) | undefined,
  now: () => WallMs,
  notRunning: AdminError,
): Pick<ControlHandlers, 'explain.call'> {
  return {
    'explain.call': async ({ from, dial, at }) => {
      if (running === undefined) return err(notRunning);
      await running.configured();
      const forecast = running.forecast(from as ExtensionNumber, dial, (at ?? now()) as WallMs);
      if (forecast === undefined) return err(adminError('EXTENSION_UNKNOWN', { number: from }));
      const limits = forecast.isInside ? undefined : running.explainLimits(from as ExtensionNumber);
      return ok({ forecast: { ...forecastView(forecast, running.rates()), limits: limitsView(limits) } });
    },
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
