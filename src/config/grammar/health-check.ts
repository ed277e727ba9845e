/** A readable cell of Health Check Patterns; without a port the Service's only one is meant. */
export type HealthCheckCell = { protocol: 'http' | 'https' | 'tcp'; path?: string; port?: number; host?: string };

/** What runs inside a pod or a shell is not done from outside: readiness is used instead. */
const unsupported: readonly (readonly [RegExp, string])[] = [
  [/\bkubectl\b/i, 'kubectl'],
  [/\bexec\b/i, 'exec'],
  [/\b(?:curl|wget|psql|pg_isready|redis-cli|mysqladmin|mongosh?|nc|grpcurl)\b/i, 'a command'],
  [/\bgrpc\b/i, 'gRPC'],
  [/\budp\b/i, 'UDP'],
];

const url = /\b(https?):\/\/([a-z0-9.-]{1,253})(?::(\d{1,5}))?(\/[^\s|`"')<>]{0,500})?/i;
const hostAndPort = /(?<![\w./-])([a-z][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63}){0,8}):(\d{1,5})(?!\d)/i;
const path = /(?:^|[\s`"'(]|:\d{1,5})(\/[\w./~%?=&:@-]{0,500})/i;
/** "HTTP 200" is a status and no port. */
const port =
  /(?<!\w)(?:port|tcp|on)\s{0,4}(?:port\s{0,4}|connection\s{1,4}to\s{1,4})?[:=]?\s{0,4}(\d{1,5})(?!\d)|(?<!\w)https?\s{0,4}(80|443|\d{4,5})(?!\d)|(?<![\w.]):(\d{1,5})(?!\d)|\((\d{2,5})\)/i;

/** What would be asked otherwise than it is written: another protocol, a status of its own, a path without its slash, a URL with a password. */
const notAsked: readonly RegExp[] = [
  /\bhttps?:\/\/(?:[^\s/]{0,300}@|[a-z0-9.-]{1,253}(?::(?!\d)|[?#_]))/i,
  /\b(?!(?:https?|tcp|grpcs?):)[a-z][a-z0-9+.-]{0,20}:\/\//i,
  /(?:→|[-=]>|\b(?:returns?|returning|expects?|expecting|responds?(?: with)?|status(?: code)?|code))\s{0,4}:?\s{0,4}(?!200\b)[1-5]\d\d\b/i,
  /\bhttps?\s{1,4}(?!200\b|443\b)[1-5]\d\d\b/i,
  /\b(?:https?|get|head)\s{1,4}(?:health|healthz|healthy|ready|readyz|readiness|live|livez|liveness|ping|status|metrics)(?!\s{1,4}(?:checks?|probes?|endpoint|codes?|200)\b)(?![^/]{0,500}\/)/i,
];

/** What stands where a port would and is none: `:eighty`, `port web`, `:80a`, `TCP redis`, a bare number behind the path. The check would go without it. */
const noPort: readonly RegExp[] = [
  /(?:^|\s):(?!\w{1,40}:)(?=\p{L}|[-−–+]\d|\s{1,4}\d|\s*$)/iu,
  /(?<!\w):\d{1,5}[\p{L}_]/iu,
  /\bport\s{0,4}[:=]\s{0,4}(?!\d)\S/i,
  /\(port\s{1,4}(?:[:=]\s{0,4})?[a-z]/i,
  /(?<!['’]s\s{0,4}|\b(?:the|its|only|own|any|same|default|main|first|each|every|one|single|this|that|container|service|pod)\s{1,4})\bport\s{1,4}(?!(?:is|are|of|in|from|and|or|on|to|check\w*|probe\w*|open\w*|answer\w*|accept\w*|respond\w*|listen\w*|reachable|closed|up|alive|number)\b)[a-z]/i,
  /\b(?:tcp|port)\s{0,4}[:=]?\s{0,4}(?:[-−–]\s{0,4}\d|\d{1,5}[\p{L}_])/iu,
  /\btcp\s{0,4}[:=]\s{0,4}\p{L}/iu,
  /^tcp\s{1,4}(?!(?:connect\w*|checks?|probes?|sockets?|ports?|open\w*|dial|handshake|ping|only|on|to|accept\w*|respond\w*|listen\w*|reachable|is|health|every|each|timeout|within|in|with|and|or|via|from)\b)[a-z][\w-]*$/i,
  /(?:^|\s)\/[^\s:]{0,200}[`"']?\s{1,4}(?:[-–—]\s{0,4})?(?!200\b)\d{2,5}(?=$|[,;)]|\s(?!\s{0,4}(?:m?s|sec|min|times|%)))/i,
];

/** What may stand beside HTTP where no path is written: then `/` is asked. */
const httpWords =
  /\b(?:https?|get|head|on|at|to|the|port|requests?|checks?|status|code|ok|responds?|responding|response|returns?|returning|with|is|expects?|root|plain)\b/gi;

/** How a service is asked whether it lives: `/health`, `HTTP /health :8000`, `TCP 3306`, `host:3306`, "port 3306 responding". */
export function readHealthCheck(text: string): HealthCheckCell | { unsupported: string } | undefined {
  // No port has six digits: reading the check without it would ask another.
  // Nor is a port's name looked up: the Service may have another.
  if (text.length > 1000 || /(?<!\d)\d{6,}(?!\d)|\bon port [a-z]/i.test(text)) return undefined;
  if ([...notAsked, ...noPort].some((pattern) => pattern.test(text))) return undefined;
  const foreign = unsupported.find(([pattern]) => pattern.test(text));
  if (foreign) return { unsupported: foreign[1] };
  return readUrl(text) ?? readParts(text);
}

function readUrl(text: string): HealthCheckCell | undefined {
  const match = url.exec(text);
  if (!match) return undefined;
  const [, scheme = '', host = '', written, wherePath] = match;
  const number = readPort(written);
  if (written !== undefined && number === undefined) return undefined;
  return {
    protocol: scheme.toLowerCase() === 'https' ? 'https' : 'http',
    path: wherePath ?? '/',
    host: host.toLowerCase(),
    ...(number !== undefined && { port: number }),
  };
}

function readParts(text: string): HealthCheckCell | undefined {
  const named = hostAndPort.exec(text);
  const host = named && !/^(?:port|tcp|http|https)$/i.test(named[1] ?? '') ? named[1]?.toLowerCase() : undefined;
  const bare = port.exec(host ? text.replace(named?.[0] ?? '', ' ') : text);
  const written = host ? named?.[2] : bare?.slice(1).find((each) => each !== undefined);
  const number = readPort(written);
  if (written !== undefined && number === undefined) return undefined;
  const where = path.exec(text)?.[1]?.replace(/[.,;:]+$/, '');
  const rest = { ...(number !== undefined && { port: number }), ...(host && { host }) };
  // "HTTP foo :8080" means a path and has none: `/` would be a guess.
  if (
    where === undefined &&
    /\bhttps?\b/i.test(text) &&
    /\p{L}/u.test(text.replace(httpWords, ' ').replace(named?.[0] ?? '', ' '))
  )
    return undefined;
  if (/\bhttps\b/i.test(text)) return { protocol: 'https', path: where ?? '/', ...rest };
  if (where !== undefined || /\bhttp\b/i.test(text))
    return splitPort({ protocol: 'http', path: where ?? '/', ...rest });
  if (number !== undefined || /\btcp\b/i.test(text)) return { protocol: 'tcp', ...rest };
  return undefined;
}

/** `/health:8000` carries its port at its end. */
function splitPort(cell: HealthCheckCell): HealthCheckCell {
  const match = /^(.{0,500}?):(\d{1,5})$/.exec(cell.path ?? '');
  const number = readPort(match?.[2]);
  return match && number !== undefined ? { ...cell, path: match[1] ?? '/', port: number } : cell;
}

function readPort(text: string | undefined): number | undefined {
  const number = Number(text);
  return number > 0 && number < 65_536 ? number : undefined;
}
