import type { HealthCheck, ServiceEntry } from '../../config/revision.ts';
import type { Service } from '../objects.ts';

/** `redis`, `redis.shop`, `redis.shop.svc.cluster.local`. */
const hostName = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\..+)?)?)?$/;

/**
 * The Kubernetes Service that a row of Health Check Patterns means: the row's host where it names one, else the entry's workload,
 * its own name or an alias. Only Services of entries of the inventory are ever probed; several of a name and no namespace: none.
 */
export function findProbeTarget(
  check: HealthCheck,
  entries: readonly ServiceEntry[],
  services: readonly Service[],
): Service | undefined {
  const entry = entries.find(({ name, aliases }) => name === check.service || aliases.includes(check.service));
  if (!entry) return undefined;
  const [, host, hostNamespace] = hostName.exec(check.host ?? '') ?? [];
  const namespace = hostNamespace ?? entry.namespace;
  // A host that is no name of a Service (an address, another domain) is not ours to call.
  if (check.host !== undefined && host === undefined) return undefined;
  const names = host !== undefined ? [host] : [entry.workload?.name, entry.name, ...entry.aliases];
  for (const name of names) {
    const named = services.filter(
      (service) => service.name === name && (namespace === undefined || service.namespace === namespace),
    );
    const [only] = named;
    const own = named.find((service) => service.namespace === name) ?? (named.length === 1 ? only : undefined);
    if (own) return own;
  }
  return undefined;
}
