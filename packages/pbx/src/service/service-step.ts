import { type EchoDialogue, echoStep } from './echo-dialogue.ts';
import { type PinDialogue, pinStep } from './pin-dialogue.ts';
import type { ServiceEffect, ServiceInput } from './service.ts';

/** A service that begins, or goes on. A new one has a folder or a file of its own, and a line in each of these. */
export type Service =
  | { readonly name: 'pin-lock'; readonly state: PinDialogue }
  | { readonly name: 'echo'; readonly state: EchoDialogue };

interface Stepped {
  readonly service: Service;
  readonly effects: readonly ServiceEffect[];
}

export function serviceStep(service: Service, input: ServiceInput): Stepped {
  switch (service.name) {
    case 'pin-lock': {
      const { state, effects } = pinStep(service.state, input);
      return { service: { ...service, state }, effects };
    }
    case 'echo': {
      const { state, effects } = echoStep(service.state, input);
      return { service: { ...service, state }, effects };
    }
  }
}
