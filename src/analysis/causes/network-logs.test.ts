import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CauseId } from '../../config/checks.ts';
import { findDependencyCause } from './network-logs.ts';

/** Lines as the clients print them: Go, Java, Python, Node, Postgres, MySQL, Redis, nginx, Envoy. */
const rows: [cause: CauseId | 'none', line: string, target?: string][] = [
  ['credentials', 'FATAL:  password authentication failed for user "shop"'],
  ['credentials', "ERROR 1045 (28000): Access denied for user 'shop'@'10.1.2.3' (using password: YES)"],
  ['credentials', "pymysql.err.OperationalError: (1045, \"Access denied for user 'root'@'10.0.0.9'\")"],
  ['credentials', 'redis.exceptions.AuthenticationError: NOAUTH Authentication required.'],
  ['credentials', 'WRONGPASS invalid username-password pair or user is disabled.'],
  ['credentials', 'MongoServerError: Authentication failed.'],
  ['credentials', 'org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed'],
  ['credentials', 'AxiosError: Request failed with status code 401'],
  ['connection-exhausted', 'FATAL:  sorry, too many clients already'],
  ['connection-exhausted', 'ERROR 1040 (HY000): Too many connections'],
  ['connection-exhausted', 'ERR max number of clients reached'],
  [
    'connection-exhausted',
    'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out',
  ],
  [
    'connection-exhausted',
    'SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.',
  ],
  ['read-only', 'ERROR:  cannot execute INSERT in a read-only transaction'],
  ['read-only', "READONLY You can't write against a read only replica."],
  ['read-only', 'ERROR 1290 (HY000): The MySQL server is running with the --read-only option'],
  ['dns', 'dial tcp: lookup db.shop.svc on 10.96.0.10:53: server misbehaving', 'db.shop.svc'],
  ['dns', 'dial tcp: lookup db on 10.96.0.10:53: read udp 10.1.1.1:4->10.96.0.10:53: i/o timeout', 'db'],
  ['dns', 'Error: getaddrinfo EAI_AGAIN redis', 'redis'],
  ['dns', 'socket.gaierror: [Errno -3] Temporary failure in name resolution'],
  ['wrong-address', 'dial tcp: lookup postgress on 10.96.0.10:53: no such host', 'postgress'],
  ['wrong-address', 'Error: getaddrinfo ENOTFOUND payments-api', 'payments-api'],
  ['wrong-address', 'java.net.UnknownHostException: kafka-broker', 'kafka-broker'],
  ['wrong-address', 'psql: error: could not translate host name "dbx" to address: Name or service not known', 'dbx'],
  ['wrong-address', 'nginx: [emerg] host not found in upstream "api" in /etc/nginx/nginx.conf:8', 'api'],
  ['wrong-address', "wget: bad address 'catalogue:8080'", 'catalogue:8080'],
  ['wrong-address', 'Get "shop:8080": unsupported protocol scheme "shop"'],
  ['wrong-address', 'TypeError: Invalid URL'],
  ['gateway-route', '"GET /cart HTTP/1.1" 404 NR route_not_found - "-" 0 0 0'],
  ['gateway-route', '{"message":"no Route matched with those values"}'],
  [
    'network-delay',
    'Get "http://inventory:8080/items": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'inventory:8080',
  ],
  ['network-delay', 'java.net.SocketTimeoutException: Read timed out'],
  ['network-delay', 'requests.exceptions.ReadTimeout: HTTPConnectionPool(host=x): Read timed out. (read timeout=5)'],
  [
    'network-delay',
    'upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.1',
  ],
  ['network-delay', 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'],
  ['dependency-unreachable', 'dial tcp 10.96.3.4:5432: connect: connection refused', '10.96.3.4:5432'],
  ['dependency-unreachable', 'dial tcp 10.96.3.4:5432: i/o timeout', '10.96.3.4:5432'],
  ['dependency-unreachable', 'Error: connect ECONNREFUSED 10.96.0.12:6379', '10.96.0.12:6379'],
  ['dependency-unreachable', 'Could not connect to Redis at cart-redis:6379: Connection refused', 'cart-redis:6379'],
  ['dependency-unreachable', 'connection to server at "db" (10.96.1.1), port 5432 failed: Connection refused', 'db'],
  ['dependency-unreachable', "Can't connect to MySQL server on 'mysql:3306' (111)", 'mysql:3306'],
  [
    'dependency-unreachable',
    'connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.1, upstream: "http://10.1.0.9:8080/"',
    '10.1.0.9:8080',
  ],
  ['dependency-unreachable', 'java.net.ConnectException: Connection refused (Connection refused)'],
  [
    'dependency-unreachable',
    'redis.exceptions.ConnectionError: Error 111 connecting to redis:6379. Refused.',
    'redis:6379',
  ],
  ['network-loss', 'read tcp 10.1.0.4:41020->10.96.0.9:5432: read: connection reset by peer', '10.96.0.9:5432'],
  ['network-loss', 'Error: read ECONNRESET'],
  ['network-loss', 'ERROR 2013 (HY000): Lost connection to MySQL server during query'],
  ['network-loss', '5 packets transmitted, 3 packets received, 40% packet loss'],
  // Near misses: words of the trade in lines that say nothing is wrong.
  ['none', '5 packets transmitted, 5 packets received, 0% packet loss'],
  ['none', 'connected to redis:6379'],
  ['none', 'connection refused limit set to 5'.replace('connection refused', 'connections refuse')],
  ['none', 'GET /login 200 401ms'],
  ['none', 'timeout set to 30s'],
  ['none', 'read-only replica configured'],
  ['none', 'bucket not found'],
];

for (const [cause, line, target] of rows) {
  test(`${cause}: ${line.slice(0, 90)}`, () => {
    const found = findDependencyCause(['starting', line]);
    assert.equal(found?.cause ?? 'none', cause);
    assert.equal(found?.target, target);
  });
}

test('an answer of the dependency says more than the timeout after it', () => {
  const lines = ['FATAL: password authentication failed for user "a"', 'context deadline exceeded', 'ECONNRESET'];
  assert.equal(findDependencyCause(lines)?.cause, 'credentials');
});

test('a hostile line is read in linear time', () => {
  const before = performance.now();
  findDependencyCause([`lookup ${'a:'.repeat(500_000)}`, `http://${'@'.repeat(500_000)}`]);
  assert.ok(performance.now() - before < 1000);
});
