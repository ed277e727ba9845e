import { type StandIn, startStandIn } from './http-stand-in.ts';

/** A receiver of the generic webhook: 200 to everything, unless scripted otherwise. */
export function startWebhookServer(): Promise<StandIn> {
  return startStandIn(() => ({ status: 200, body: '{}' }));
}
