import type { CauseId } from '../../config/checks.ts';
import { oneLine } from '../../lib/text.ts';

/** What a log says about something this process needs. `target` is the address it named, where it did. */
export type DependencyCause = { cause: CauseId; line: string; target?: string };

type Row = { cause: CauseId; pattern: RegExp };

/** A host, an address or a URL's host, with its port. */
const host = '(?:[a-z+]+:\\/\\/)?(?:[^\\s@\\/"]*@)?(\\[?[a-z0-9_][a-z0-9_.:\\]-]*)';
const row = (cause: CauseId, ...patterns: string[]): Row[] =>
  patterns.map((pattern) => ({ cause, pattern: new RegExp(pattern, 'i') }));

/**
 * What clients of the field print when a dependency fails them. The order decides: an answer ("access denied") says more than
 * a broken connection, and a name that does not resolve more than a timeout.
 */
const rows: readonly Row[] = [
  ...row(
    'credentials',
    'password authentication failed for user',
    'no pg_hba\\.conf entry for host',
    'access denied for user',
    'NOAUTH Authentication required',
    'WRONGPASS invalid username-password',
    'invalid username-password pair',
    'ERR invalid password',
    'MongoServerError: (?:bad auth|Authentication failed)',
    '(?:SCRAM|SASL) authentication (?:failed|failure)',
    'SaslAuthenticationException',
    'ACCESS_REFUSED - Login was refused',
    'role "[^"]*" does not exist',
    'InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken(?:Exception)?\\b',
    '(?:status(?: code)?|HTTP(?:/[0-9.]+)?|response|error)[ :=]*401\\b',
    '\\b401 Unauthorized\\b',
  ),
  ...row(
    'connection-exhausted',
    'sorry, too many clients already',
    'remaining connection slots are reserved',
    'too many connections',
    'max number of clients reached',
    'QueuePool limit of size',
    'Connection is not available, request timed out after',
    'Timeout acquiring a connection\\. The pool is probably full',
    'Could not get a resource from the pool',
    'connection pool (?:is )?exhausted',
    'no free connections available',
    'dial [a-z0-9]+ \\S+ cannot assign requested address',
    '(?:EADDRNOTAVAIL|cannot assign requested address).*connect|connect.*(?:EADDRNOTAVAIL|cannot assign requested address)',
  ),
  ...row(
    'read-only',
    'cannot execute \\w+ in a read-only transaction',
    "READONLY You can't write against a read only",
    'running with the --(?:super-)?read-only option',
    'database is in read[- ]only mode',
    'attempt to write a readonly database',
    'index \\[[^\\]]*\\] blocked by.*read-only',
    'NotWritablePrimary|not (?:primary|master) and slaveOk',
  ),
  ...row(
    'dns',
    `lookup ${host}(?: on \\S+)?: (?:read udp|dial udp|server misbehaving|i/o timeout|Temporary failure)`,
    `getaddrinfo EAI_AGAIN ${host}`,
    'Temporary failure in name resolution',
    `could not be resolved \\((?:110|2|3): `,
    'DNS (?:server|query|lookup) (?:timed out|timeout|failed|failure)',
    'no servers could be reached',
    `resolve (?:host|address)[^a-z]*${host}[^a-z]*(?:SERVFAIL|timed? ?out)`,
  ),
  ...row(
    'wrong-address',
    `lookup ${host}(?: on \\S+)?: no such host`,
    `getaddrinfo ENOTFOUND ${host}`,
    `UnknownHostException: ${host}`,
    `could not translate host name "${host}" to address`,
    `host not found in upstream "${host}"`,
    `bad address '${host}'`,
    `Could not resolve host:? ${host}`,
    `Unknown MySQL server host '${host}'`,
    `Failed to resolve '${host}'`,
    'Name or service not known',
    'Name does not resolve',
    'nodename nor servname provided',
    `missing port in address`,
    'too many colons in address',
    'invalid port ".*" after host',
    'unsupported protocol scheme',
    'MalformedURLException',
    'TypeError: Invalid URL|ERR_INVALID_URL',
  ),
  ...row(
    'gateway-route',
    '\\broute_not_found\\b',
    'no route matched with those values',
    'no matching route (?:found|for)',
    'default backend - 404',
    '\\bNoRoute\\b',
  ),
  ...row(
    'network-delay',
    'upstream timed out .*while reading',
    `(?:Get|Post|Put|Delete|Head|Patch) "?${host}[^"]*"?: (?:context deadline exceeded|net/http: request canceled|net/http: timeout)`,
    'Client\\.Timeout exceeded while awaiting headers',
    'SocketTimeoutException: Read timed out',
    'Read timed out\\.',
    'ReadTimeout(?:Error)?\\b',
    'ESOCKETTIMEDOUT',
    'canceling statement due to statement timeout',
    'code = DeadlineExceeded',
    'DEADLINE_EXCEEDED',
    'read (?:tcp|udp) \\S+->(\\S+): i/o timeout',
    'net_write_timeout|Timeout reading from socket',
  ),
  ...row(
    'dependency-unreachable',
    `dial (?:tcp|udp|unix)\\d? ${host}: (?:connect: )?(?:connection refused|i/o timeout|no route to host|network is unreachable|connection timed out)`,
    `connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) ${host}`,
    `connection to server at "${host}"[^:]*, port \\d+ failed`,
    `could not connect to server: (?:Connection refused|Connection timed out|No route to host)`,
    `Can't connect to (?:local )?(?:MySQL|MariaDB) server (?:on|through socket) '${host}'`,
    `Could not connect to Redis at ${host}`,
    `Error \\d+ connecting to ${host}`,
    `Connection to ${host} refused`,
    `connect\\(\\) failed \\((?:111|110|113): [^)]*\\) while connecting to upstream.*upstream: "${host}`,
    'upstream timed out .*while connecting to upstream',
    'no live upstreams while connecting to upstream',
    'no healthy upstream',
    'upstream connect error or disconnect/reset before headers',
    `Connection to node -?\\d+ \\(${host}\\) could not be established`,
    `Failed to connect to ${host}`,
    `HTTPConnectionPool\\(host='${host}'`,
    `HTTPSConnectionPool\\(host='${host}'`,
    `MongoServerSelectionError|ServerSelectionTimeoutError`,
    'ConnectException: (?:Connection refused|Connection timed out|No route to host)',
    'Connection refused|ECONNREFUSED',
    'connect timed out|ConnectTimeout(?:Error|Exception)?|ETIMEDOUT',
    'No route to host|EHOSTUNREACH|Network is unreachable',
    'Communications link failure',
  ),
  ...row(
    'network-loss',
    'read (?:tcp|udp) \\S+->(\\S+): read: connection reset by peer',
    'write (?:tcp|udp) \\S+->(\\S+): write: broken pipe',
    'connection reset by peer|ECONNRESET|Connection reset\\b',
    'server closed the connection unexpectedly',
    'MySQL server has gone away',
    'Lost connection to (?:MySQL|MariaDB) server',
    'upstream prematurely closed connection',
    'socket hang up',
    '\\bEPIPE\\b|Broken pipe',
    'unexpected EOF',
    '\\d+% packet loss(?<! 0% packet loss)',
  ),
];

/** A log repeats itself: the end of it is where the process gave up. */
const looksAt = 100;

/** The first row of the table that one of the last lines fits; of these lines the last. Undefined where none does. */
export function findDependencyCause(lines: readonly string[]): DependencyCause | undefined {
  const last = lines.slice(-looksAt).reverse();
  for (const { cause, pattern } of rows) {
    for (const line of last) {
      const match = pattern.exec(line.length > 2000 ? line.slice(0, 2000) : line);
      if (!match) continue;
      const target = match[1]?.replace(/[:.,]+$/, '');
      return { cause, line: oneLine(line, 200), ...(target && { target }) };
    }
  }
  return undefined;
}
