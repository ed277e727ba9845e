import type { Endpoints, Ingress, Meta, NetworkPolicy, Ref, Service } from '../objects.ts';
import {
  type Fields,
  fields,
  intOrText,
  isFields,
  labels,
  list,
  number,
  present,
  ref,
  selector,
  text,
  texts,
} from './read.ts';

export function service(raw: Fields, meta: Meta): Service {
  const spec = fields(raw['spec']);
  return {
    ...meta,
    kind: 'Service',
    ...present({
      type: text(spec['type']) ?? 'ClusterIP',
      clusterIP: text(spec['clusterIP']),
      externalName: text(spec['externalName']),
      // An empty selector selects nothing here, unlike everywhere else: the endpoints are somebody's own.
      selector: Object.keys(fields(spec['selector'])).length > 0 ? labels(spec['selector']) : undefined,
      ports: list(spec['ports']).map((item) => {
        const port = fields(item);
        const number_ = number(port['port']) ?? 0;
        return present({
          name: text(port['name']),
          port: number_,
          targetPort: intOrText(port['targetPort']) ?? String(number_),
          protocol: text(port['protocol']) ?? 'TCP',
          appProtocol: text(port['appProtocol']),
        });
      }),
      publishNotReady: spec['publishNotReadyAddresses'] === true,
      hasIngress: hasIngress(raw),
    }),
  };
}

const hasIngress = (raw: Fields): boolean =>
  list(fields(fields(raw['status'])['loadBalancer'])['ingress']).some((item) => {
    const address = fields(item);
    return text(address['ip']) !== undefined || text(address['hostname']) !== undefined;
  });

type Address = { ip: string; target?: Ref };
const address = (ip: unknown, target: unknown): Address =>
  present({ ip: text(ip) ?? '', target: isFields(target) ? ref(target) : undefined });

const endpointPorts = (value: unknown): Endpoints['ports'] =>
  list(value).map((item) => {
    const port = fields(item);
    return present({
      name: text(port['name']),
      port: number(port['port']),
      protocol: text(port['protocol']) ?? 'TCP',
    });
  });

export function endpointSlice(raw: Fields, meta: Meta): Endpoints {
  const ready: Address[] = [];
  const notReady: Address[] = [];
  for (const item of list(raw['endpoints'])) {
    const endpoint = fields(item);
    // A condition that is not told is true, says the API.
    const into = fields(endpoint['conditions'])['ready'] === false ? notReady : ready;
    into.push(address(list(endpoint['addresses'])[0], endpoint['targetRef']));
  }
  return {
    ...meta,
    kind: 'EndpointSlice',
    service:
      meta.labels['kubernetes.io/service-name'] ?? meta.owners.find(({ kind }) => kind === 'Service')?.name ?? '',
    ready,
    notReady,
    ports: endpointPorts(raw['ports']),
  };
}

export function endpoints(raw: Fields, meta: Meta): Endpoints {
  const subsets = list(raw['subsets']).map(fields);
  const addresses = (field: string): Address[] =>
    subsets.flatMap((subset) =>
      list(subset[field]).map((item) => address(fields(item)['ip'], fields(item)['targetRef'])),
    );
  return {
    ...meta,
    kind: 'Endpoints',
    service: meta.name,
    ready: addresses('addresses'),
    notReady: addresses('notReadyAddresses'),
    ports: subsets.flatMap((subset) => endpointPorts(subset['ports'])),
  };
}

export function ingress(raw: Fields, meta: Meta): Ingress {
  const spec = fields(raw['spec']);
  const rules = list(spec['rules']).flatMap((item) => {
    const rule = fields(item);
    const host = text(rule['host']);
    return list(fields(rule['http'])['paths']).flatMap((path) =>
      backend(fields(path)['backend'], host, text(fields(path)['path'])),
    );
  });
  return {
    ...meta,
    kind: 'Ingress',
    ...present({
      className: text(spec['ingressClassName']) ?? meta.annotations['kubernetes.io/ingress.class'],
      backends: [...backend(spec['defaultBackend'] ?? spec['backend']), ...rules],
      tls: list(spec['tls']).map((item) =>
        present({ hosts: texts(fields(item)['hosts']), secret: text(fields(item)['secretName']) }),
      ),
      hasAddress: hasIngress(raw),
    }),
  };
}

/** `networking.k8s.io/v1` and the older form; a backend that is a resource has no Service and is left out. */
function backend(value: unknown, host?: string, path?: string): Ingress['backends'] {
  const from = fields(value);
  const target = fields(from['service']);
  const port = fields(target['port']);
  const name = text(target['name']) ?? text(from['serviceName']);
  if (name === undefined) return [];
  const wanted = intOrText(port['number']) ?? text(port['name']) ?? intOrText(from['servicePort']);
  return [present({ host, path, service: name, port: wanted })];
}

export function networkPolicy(raw: Fields, meta: Meta): NetworkPolicy {
  const spec = fields(raw['spec']);
  const types = texts(spec['policyTypes']);
  return {
    ...meta,
    kind: 'NetworkPolicy',
    podSelector: selector(spec['podSelector']) ?? { matchLabels: {}, matchExpressions: [] },
    types: types.length > 0 ? types : ['Ingress', ...(list(spec['egress']).length > 0 ? ['Egress'] : [])],
    ingressRules: list(spec['ingress']).length,
    egressRules: list(spec['egress']).length,
  };
}
