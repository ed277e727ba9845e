import { type Connection, connect } from '../cluster/api/connection.ts';
import type { Settings } from '../settings.ts';

/** Opens the way to the cluster that the settings name. Rejects with a sentence where none is configured. */
export function connectCluster(settings: Settings): Promise<Connection> {
  return connect({
    kubeconfig: settings.KUBECONFIG,
    context: settings.K8S_MONITOR_CONTEXT,
    home: settings.home,
    inCluster: settings.inCluster,
    pluginEnvironment: settings.environment,
  });
}
