import { listWords } from '../../lib/text.ts';
import { entriesOf, type Section, type Table } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { type HealthCheckCell, readHealthCheck } from '../grammar/health-check.ts';
import type { SectionKind } from './section.ts';
import { isNothing, isPlaceholder, meantWord, readValue, wordsOf } from './values.ts';

/** Health Check Patterns: a table with its columns in any order, or a list `- service: HTTP /health :8080`. */
export const healthChecks: SectionKind = {
  title: 'Health Check Patterns',
  heading: /\bhealth[- ]?checks?\b|\bhealth endpoints?\b/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'health checks');
    readSection(section, reader, draft);
  },
};

function readSection(section: Section, reader: Reader, draft: Draft): void {
  for (const block of section.blocks) {
    if (block.kind === 'table') readTable(block, reader, draft);
    else if (block.kind === 'fence')
      reader.problem('health-check-unsupported', block, { word: block.text.split('\n')[0] ?? '' });
  }
  for (const entry of entriesOf(section.blocks, true)) {
    if (!entry.label || entry.struck) continue;
    const names = wordsOf(entry.label.name.replace(/\(.*?\)/g, '').replaceAll('`', ''));
    const known = names.length > 0 && names.every((name) => draft.serviceNamed(name));
    const value = readValue(reader, entry);
    if (known) {
      const says = addHealthChecks(names, value.text, value.place, reader, draft);
      if (says !== undefined) reader.understood(entry, says);
    } else if (
      entry.kind === 'item' &&
      isCheck(value.text) &&
      names.every((name) => /^[a-z0-9][-a-z0-9.]*$/.test(name))
    )
      unknownService(names[0] ?? '', entry, reader, draft);
  }
  for (const below of section.sections) if (!below.aside) readSection(below, reader, draft);
}

/** A cell of the port's column that leaves the port to the Service. */
const isNoPort = (text: string): boolean =>
  isNothing(text) ||
  /^(?:|default|auto|any|(?:the\s)?service(?:['’]s)?(?:\s(?:only\s)?(?:one|port))?)$/i.test(text.trim());

const isCheck = (text: string): boolean => {
  const read = readHealthCheck(text);
  return read !== undefined && !('unsupported' in read);
};

function unknownService(name: string, place: Place, reader: Reader, draft: Draft): void {
  if (isPlaceholder(name)) reader.problem('placeholder', place, { word: name });
  else reader.problem('service-unknown', place, { word: name, meant: meantWord(name, draft.serviceWords()) });
}

function readTable(table: Table, reader: Reader, draft: Draft): void {
  const header = table.header.map((cell) => cell?.text ?? '');
  const serviceColumn = header.findIndex((text) => /\b(?:services?|application|component|name|workload)\b/i.test(text));
  const checkColumn = header.findIndex(
    (text, index) => index !== serviceColumn && /check|endpoint|pattern|health|path|probe|method|url|port/i.test(text),
  );
  if (serviceColumn < 0 || checkColumn < 0) {
    reader.problem('health-check-columns', table.header[0]?.placeOf(0) ?? { line: table.line, column: 1 }, {});
    return;
  }
  const portColumn = header.findIndex(
    (text, index) => index !== checkColumn && index !== serviceColumn && /\bport\b/i.test(text),
  );
  reader.understood(
    { line: table.line, endLine: Math.max(table.line, (table.rows[0]?.line ?? table.line + 2) - 1) },
    'a table of health checks',
  );
  for (const { cells, line } of table.rows) {
    const [service, check, port] = [
      cells[serviceColumn],
      cells[checkColumn],
      portColumn < 0 ? undefined : cells[portColumn],
    ];
    if (!service || !check || isNothing(check.text)) continue;
    const names = wordsOf(service.text.replace(/\(.*?\)/g, ''));
    for (const name of names.filter((each) => !draft.serviceNamed(each)))
      unknownService(name, service.placeOf(0), reader, draft);
    const known = names.filter((name) => draft.serviceNamed(name));
    if (known.length === 0) continue;
    const number = /^:?\s?(\d+)(?:\s?\/\s?tcp)?(?:\s?\([^\d)]*\))?$/i.exec(port?.text.trim() ?? '')?.[1];
    if (port && number === undefined && !isNoPort(port.text) && isCheck(check.text)) {
      reader.problem('health-check-unreadable', port.placeOf(0), { word: port.text });
      continue;
    }
    const text = number === undefined ? check.text : `${check.text} :${number}`;
    const says = addHealthChecks(known, text, check.placeOf(0), reader, draft);
    if (says !== undefined) reader.understood({ line, endLine: line }, says);
  }
}

/** Adds the check a text describes for each of the services. Returns what it means, or nothing where it was a problem. */
export function addHealthChecks(
  names: readonly string[],
  text: string,
  place: Place,
  reader: Reader,
  draft: Draft,
): string | undefined {
  if (isNothing(text)) return `${listWords(names)}: no health check`;
  const read = readHealthCheck(text);
  if (!read) {
    reader.problem('health-check-unreadable', place, { word: text });
    return undefined;
  }
  if ('unsupported' in read) {
    reader.problem('health-check-unsupported', place, { word: text });
    return 'the readiness of the pods is used';
  }
  checkBeside(read, text, place, reader);
  for (const name of names)
    draft.revision.healthChecks.push({
      service: draft.serviceNamed(name)?.name ?? name,
      ...read,
      at: reader.at(place),
    });
  return `${listWords(names)}: ${sayCheck(read)} every 60 s`;
}

/** One service is asked in one way: a second path, or when it is asked, would decide nothing. */
function checkBeside(read: HealthCheckCell, text: string, place: Place, reader: Reader): void {
  const value = writeCheck(read);
  const second = /\b(?:or|and|then|,|;)\s+((?:(?:https?|get)\s+)?\/[\w./-]+)/i.exec(text)?.[1];
  const condition = findCondition(text);
  const pace =
    /\b(?:every|each|timeout|interval|within|retries|after|in|under|<)\s*(?:of\s+|is\s+|in\s+)?:?\s*\d+\s?(?:m?s|sec\w*|min\w*|times)?\b/i.exec(
      text,
    )?.[0];
  const word = second ?? condition;
  if (word !== undefined) reader.problem('value-half-read', place, { word, value });
  else if (pace !== undefined) reader.problem('remark-not-read', place, { word: pace });
}

/** The check as a cell says it. */
const writeCheck = ({ protocol, path, port, host }: HealthCheckCell): string =>
  host === undefined
    ? [protocol.toUpperCase(), path, port === undefined ? undefined : protocol === 'tcp' ? port : `:${port}`]
        .filter((part) => part !== undefined)
        .join(' ')
    : protocol === 'tcp'
      ? `${host}:${port}`
      : `${protocol}://${host}${port === undefined ? '' : `:${port}`}${path ?? ''}`;

function sayCheck(read: HealthCheckCell): string {
  return `${read.protocol.toUpperCase()}${read.path === undefined ? '' : ` ${read.path}`}${read.port === undefined ? '' : ` on port ${read.port}`}`;
}
