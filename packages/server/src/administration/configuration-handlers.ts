import { err, ok, type Result } from '@ringwall/base';
import {
  type AdminError,
  adminError,
  type AppliedView,
  type ControlHandlers,
  MAX_CONFIGURATION_CHARACTERS,
  type PhoneSettings,
} from '@ringwall/contract';
import type { Applied, WholeConfiguration } from '../configuration/text/whole-configuration.ts';
import { policyTestView } from '../configuration/text/plan-view.ts';
import { Upload } from './upload.ts';

export interface ConfigurationHandlersParts {
  readonly configuration: WholeConfiguration;
  readonly running: { configured(): Promise<void> } | undefined;
  /** Where phones reach the program. */
  readonly addresses: () => PhoneSettings['addresses'];
  readonly certificateSelfSigned: () => boolean;
}

type Names =
  | 'configuration.export'
  | 'configuration.plan'
  | 'configuration.apply'
  | 'configuration.versions'
  | 'configuration.plan-roll-back'
  | 'configuration.roll-back'
  | 'policy.test';

export function configurationHandlers(parts: ConfigurationHandlersParts): Pick<ControlHandlers, Names> {
  const { configuration, running } = parts;
  const upload = new Upload();
  /** @returns undefined until the last piece. */
  const fileOf = (id: string, piece: string, last: boolean): Result<string | undefined, AdminError> => {
    const taken = upload.take(id, piece, last);
    if (taken !== 'too-long') return ok(taken?.file);
    return err(adminError('CONFIGURATION_TOO_LONG', { limit: MAX_CONFIGURATION_CHARACTERS }));
  };
  const applied = async ({ plan, version, issued, confirmWithin }: Applied): Promise<AppliedView> => {
    await running?.configured();
    const addresses = parts.addresses();
    const secure = addresses.length === 0 || addresses[0]?.transport === 'tls';
    return {
      plan,
      version,
      issued: issued.map(({ extension, authId, password }) => ({
        number: extension.number,
        name: extension.name,
        authId,
        password,
        srtp: extension.rtpMode ?? (secure ? 'required' : 'optional'),
      })),
      addresses,
      certificateSelfSigned: parts.certificateSelfSigned(),
      confirmWithin,
    };
  };
  return {
    'configuration.export': () => configuration.export(),
    'configuration.plan': async ({ upload: id, piece, last, secrets = [] }) => {
      const file = fileOf(id, piece, last);
      if (!file.ok) return file;
      if (file.value === undefined) return ok({ plan: null, wanted: [] });
      const answer = await configuration.plan(file.value, secrets);
      if (!answer.ok) return answer;
      return ok({ plan: 'value' in answer.value ? answer.value.value : null, wanted: answer.value.wanted });
    },
    'configuration.apply': async ({ upload: id, piece, last, secrets = [], expected, force = false }) => {
      const file = fileOf(id, piece, last);
      if (!file.ok) return file;
      if (file.value === undefined) return ok({ applied: null, wanted: [] });
      const answer = await configuration.apply(file.value, secrets, { expected, force });
      if (!answer.ok) return answer;
      const made = 'value' in answer.value ? await applied(answer.value.value) : null;
      return ok({ applied: made, wanted: answer.value.wanted });
    },
    'policy.test': async () => {
      const tests = await configuration.testPolicy();
      return tests.ok ? ok({ tests: tests.value.map(policyTestView) }) : tests;
    },
    'configuration.versions': () => configuration.versions(),
    'configuration.plan-roll-back': async ({ to }) => {
      const plan = await configuration.planRollBack(to);
      return plan.ok ? ok({ plan: plan.value }) : plan;
    },
    'configuration.roll-back': async ({ to, expected, force = false }) => {
      const made = await configuration.rollBack(to, { expected, force });
      return made.ok ? ok({ applied: await applied(made.value) }) : made;
    },
  };
}
