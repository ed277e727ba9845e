import type { Ref } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';
import type { ServiceClass } from '../config/revision.ts';

/** Last part of an image's name -> what it is. Exporters, clients and operators beside them are not. */
const images: readonly [ServiceClass, RegExp][] = [
  [
    'database',
    /^(postgres(ql)?(-.*)?|postgis|pgvector|spilo.*|timescaledb.*|cockroach|mysql(-server)?|mariadb(-galera)?|percona.*|mongo(db)?(-.*)?|cassandra|scylla|influxdb|elasticsearch|opensearch|clickhouse(-server)?|couchdb|neo4j|etcd|tidb|tikv|vitess.*|mssql.*|server-for-sql.*|oracle.*|db2|questdb|rethinkdb|arangodb|dgraph)$/,
  ],
  ['cache', /^(redis(-.*)?|valkey(-.*)?|keydb|dragonfly|memcached|hazelcast|varnish|ignite)$/],
  [
    'queue',
    /^(rabbitmq(-.*)?|kafka|cp-kafka|cp-server|redpanda|nats(-.*)?|activemq.*|artemis.*|pulsar.*|mosquitto|emqx|zookeeper|nsq|beanstalkd)$/,
  ],
  [
    'ingress',
    /^(nginx-ingress.*|ingress-nginx.*|controller|traefik|haproxy-ingress.*|kubernetes-ingress(-.*)?|kong(-.*)?|contour|envoy-gateway|gateway|caddy-ingress.*|apisix.*|emissary)$/,
  ],
];

/** The classes as people say them. */
export const classWords: Record<ServiceClass, string> = {
  database: 'a database',
  cache: 'a cache',
  queue: 'a queue',
  ingress: 'an ingress controller',
};

/** `controller` and `gateway` alone say nothing: the path before must. */
const needsPath = /^(controller|gateway)$/;
const notItself = /exporter|operator|client|backup|proxy-sidecar|commander|admin|ui$/;

/** What kinds of thing these workloads run, by the images of their containers. */
export function classesOf(workloads: readonly Ref[], world: World): ServiceClass[] {
  const found = new Set<ServiceClass>();
  for (const ref of workloads) {
    const template = world.workload(ref)?.template ?? world.podsOf(ref)[0];
    for (const { image, init } of template?.containers ?? []) {
      const kind = init ? undefined : classOfImage(image);
      if (kind) found.add(kind);
    }
    // Operators' resources name what they run; their images may come from anywhere.
    if (ref.kind === 'Cluster' && world.podsOf(ref).some(({ labels }) => labels['cnpg.io/cluster']))
      found.add('database');
  }
  return [...found];
}

/** The class of one image, by the last part of its name without tag and digest. */
export function classOfImage(image: string): ServiceClass | undefined {
  const path = (image.split('@')[0] ?? '').toLowerCase();
  const name = (path.slice(path.lastIndexOf('/') + 1).split(':')[0] ?? '').trim();
  if (notItself.test(name)) return undefined;
  if (needsPath.test(name)) return /ingress|istio|gateway-api/.test(path) ? 'ingress' : undefined;
  return images.find(([, pattern]) => pattern.test(name))?.[0];
}
