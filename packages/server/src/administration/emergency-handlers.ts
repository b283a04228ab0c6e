import { err, ok } from '@ringwall/base';
import { type AdminError, adminError, type ControlHandlers, type RehearsalView } from '@ringwall/contract';
import type { EmergencyRehearsal, EmergencyTest, ExtensionNumber } from '@ringwall/pbx';
import type { ChannelTrial, Notifier } from '../notify/notifier.ts';

/** What only the running program can try. */
export interface RunningEmergency {
  readonly emergencyTest: Pick<EmergencyTest, 'unanswered' | 'rehearse' | 'isForHelp' | 'arm'>;
  /** Asks every provider whether it lives. */
  askTrunks(): void;
  readonly notifier: Pick<Notifier, 'test'>;
}

const ASKS_MS = 100;
/** Providers that live answer within a second. */
const MOST_ASKS = 30;

/** @param pause waits for so many milliseconds. */
export function emergencyHandlers(
  running: (RunningEmergency & { configured(): Promise<void> }) | undefined,
  notRunning: AdminError,
  pause: (ms: number) => Promise<void>,
): Pick<ControlHandlers, 'emergency.test'> {
  return {
    'emergency.test': async ({ from, call }) => {
      if (running === undefined) return err(notRunning);
      await running.configured();
      const { emergencyTest: trying, notifier } = running;
      if (call !== undefined && trying.isForHelp(call)) {
        return err(adminError('EMERGENCY_TEST_NUMBER', { number: call }));
      }
      if (trying.rehearse(from as ExtensionNumber | undefined) === undefined) {
        return err(
          from === undefined
            ? adminError('EMERGENCY_TEST_NOBODY')
            : adminError('EXTENSION_UNKNOWN', { number: from }),
        );
      }
      running.askTrunks();
      for (let asked = 0; asked < MOST_ASKS && trying.unanswered.length > 0; asked++) {
        await pause(ASKS_MS); // eslint-disable-line no-await-in-loop
      }
      const rehearsal = trying.rehearse(from as ExtensionNumber | undefined);
      if (rehearsal === undefined) return err(adminError('EMERGENCY_TEST_NOBODY'));
      const channels = await notifier.test(
        `This is a test, and nobody calls for help: a notice such as this comes when extension ${rehearsal.from} does`,
      );
      const until = call === undefined ? undefined : trying.arm(rehearsal.from as ExtensionNumber, call);
      const armed = call === undefined || until === undefined ? null : { number: call, until };
      return ok({ rehearsal: { ...view(rehearsal, trying.unanswered, channels), armed } });
    },
  };
}

function view(
  { numbers, from, forecast, trunks, location, called }: EmergencyRehearsal,
  unanswered: readonly string[],
  channels: readonly ChannelTrial[],
): Omit<RehearsalView, 'armed'> {
  const { plan, invites } = forecast;
  return {
    numbers: [...numbers],
    from,
    leaves: plan.ok,
    reason: plan.ok ? '' : plan.reason,
    trunks: trunks.map((each) => ({ ...each, answered: !unanswered.includes(each.name) })),
    invites: invites.map((invite) => ({ ...invite, identity: [...invite.identity] })),
    location,
    called: called.map((each) => ({ ...each })),
    channels: channels.map((each) => ({ ...each })),
  };
}
