import { formatDuration } from '../../lib/duration.ts';
import { nearestWord } from '../../lib/text.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { isForeignKind, isForeignOwner, misspeltKind, workloadKind } from '../grammar/object-kinds.ts';
import type { LabelId } from '../labels.ts';
import type { ServiceEntry } from '../revision.ts';
import type { TextLine } from '../shape/text-line.ts';
import { addHealthChecks } from './health-checks.ts';
import { readDowntime } from './service-downtime.ts';
import { given, isNothing, isPlaceholder, isRepositoryPattern, readValue, repositoryOf, wordsOf } from './values.ts';

export const detailLabels = [
  'namespace',
  'workload',
  'maxDowntime',
  'dependsOn',
  'repository',
  'manifests',
  'aliases',
  'optional',
  'healthCheck',
  'runbook',
  'description',
  'priority',
] as const satisfies LabelId[];
export type DetailLabel = (typeof detailLabels)[number];

/** Puts one labelled value to a service; the value may be a list `below` the label. */
export function readDetail(
  id: DetailLabel,
  line: TextLine,
  service: ServiceEntry,
  reader: Reader,
  draft: Draft,
  below: readonly TextLine[] = [],
): void {
  if (id === 'maxDowntime') {
    const { text, place } = readValue(reader, line);
    const length = readDowntime(text, place, service.name, reader, draft);
    if (length === undefined) return;
    service.maxDowntime = length;
    reader.understood(line, `${service.name} may be down for at most ${formatDuration(length)}`);
    return;
  }
  const value = readValue(reader, line);
  const { place } = value;
  const text = value.text === '' ? below.map((each) => each.text).join(', ') : value.text;
  if (text === '') {
    reader.problem('value-missing', place, { word: line.label?.name ?? id });
    return;
  }
  if (isPlaceholder(text)) {
    reader.problem('placeholder', place, { word: text });
    return;
  }
  const says = setters[id](text, service, { reader, draft, place, label: line.label?.name ?? '' });
  if (says === undefined) return;
  reader.understood(line, says);
  if (value.text === '') for (const each of below) reader.understood(each, says);
}

type Circumstance = { reader: Reader; draft: Draft; place: Place; label: string };
type Setter = (text: string, service: ServiceEntry, circumstance: Circumstance) => string | undefined;
/** A name as Kubernetes has it; what follows it behind a space is prose, a second name is none. */
function nameOf(what: string, text: string, { reader, place }: Circumstance): string | undefined {
  const name = bare(text);
  const second = text.slice(text.indexOf(name) + name.length).replace(/^`/, '');
  const isName = what === 'namespace' ? /^[a-z0-9][-a-z0-9]*$/ : /^(?:[A-Za-z0-9][\w.-]*\/)?[a-z0-9][-a-z0-9.]*$/;
  const isOne =
    !/^\s*(?:,|&|\/|\||and\b|or\b|[a-z0-9]+(?:-[a-z0-9]+)+\s*$)/i.test(second) &&
    !everyName.test(name) &&
    findCondition(second) === undefined;
  if (isName.test(name) && isOne) return name;
  const meant = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  reader.problem('name-invalid', place, { word: text, what, meant });
  return undefined;
}

const bare = (text: string): string => (/^`?([^\s`,;(]+)/.exec(text)?.[1] ?? text).replace(/\.$/, '');

const everyName = /^(?:all|any|every|each|various|several|the|not|no)$/i;

const halfWords = /^(?:not|sometimes|mostly|partly|partially|maybe|depends|often|rarely)$/i;

const sayWorkload = ({ name, workload }: ServiceEntry): string =>
  `${name} is the workload ${workload?.kind === undefined ? '' : `${workload.kind}/`}${workload?.name}`;

/** A kind that is not read is known by the pods it owns; one that nobody knows is told. */
export function warnOfForeignKind(kind: string, place: Place, reader: Reader): void {
  if (isForeignKind(kind) && !isForeignOwner(kind)) reader.problem('workload-kind-unknown', place, { word: kind });
}

/** What begins like this names no service: "the database", "everything", "not payments". */
const noName = /^(?:the|an?|all|any|our|some|several|not|no|every\w*)(?:\s|$)/i;

/** What each label does; returns what the line means in words, or nothing where it was a problem. */
const setters: Record<Exclude<DetailLabel, 'maxDowntime'>, Setter> = {
  namespace(text, service, circumstance) {
    if (isNothing(text)) return `${service.name} has no namespace of its own`;
    const name = nameOf('namespace', text, circumstance);
    if (name === undefined) return undefined;
    service.namespace = name;
    return `${service.name} lives in namespace ${service.namespace}`;
  },
  workload(text, service, circumstance) {
    if (isNothing(text)) return `${service.name} has no workload of its own`;
    const written = nameOf('workload', text, circumstance);
    if (written === undefined) return undefined;
    const [before = '', after] = written.split('/');
    const meant = after === undefined ? undefined : misspeltKind(before);
    if (meant !== undefined) {
      circumstance.reader.problem('name-invalid', circumstance.place, {
        word: written,
        what: 'workload',
        meant: `${meant}/${after}`,
      });
      return undefined;
    }
    if (after === undefined) {
      // `Deployment: shop` and `Workload: shop (Deployment)` name the kind as well as `Workload: Deployment/shop`.
      const [, behind = ''] = /^\S+\s+\(?([A-Za-z]+)\)?\.?$/.exec(text) ?? [];
      const kind = workloadKind(behind) ?? workloadKind(circumstance.label);
      service.workload = { ...given('kind', kind), name: before };
      return sayWorkload(service);
    }
    const kind = workloadKind(before) ?? (isForeignKind(before) ? before : undefined);
    if (kind === undefined) {
      // `shop/orders` is a namespace and a name.
      if (service.namespace !== undefined && service.namespace !== before) {
        const meant = `${service.namespace}/${after}`;
        circumstance.reader.problem('name-invalid', circumstance.place, { word: written, what: 'workload', meant });
        return undefined;
      }
      service.namespace = before;
      service.workload = { name: after };
      return `${sayWorkload(service)} in namespace ${before}`;
    }
    warnOfForeignKind(kind, circumstance.place, circumstance.reader);
    service.workload = { kind, name: after };
    return sayWorkload(service);
  },
  dependsOn(text, service, { reader, draft, place }) {
    const words = isNothing(text) ? [] : wordsOf(text.replace(/\s*\([^)]*\)/g, ''));
    for (const word of words.filter((each) => noName.test(each)))
      reader.problem('service-unknown', place, { word, meant: undefined });
    const names = words.filter((word) => !noName.test(word)).map(bare);
    const condition = findCondition(text);
    if (condition !== undefined) reader.problem('value-half-read', place, { word: condition, value: names.join(', ') });
    service.dependsOn.push(...names);
    // What is outside the cluster is listed nowhere; what is nearly a listed service is a slip. All are known only later.
    draft.amendments.push(() => {
      for (const word of names.filter((name) => !draft.serviceNamed(name))) {
        const meant = nearestWord(word, draft.serviceWords(), word.length < 6 ? 1 : 2);
        if (meant !== undefined) reader.problem('service-unknown', place, { word, meant });
      }
    });
    return names.length === 0 ? `${service.name} depends on nothing` : `${service.name} depends on ${names.join(', ')}`;
  },
  aliases(text, service) {
    if (isNothing(text)) return `${service.name} has no other name`;
    service.aliases.push(...wordsOf(text).filter((word) => word.toLowerCase() !== service.name.toLowerCase()));
    return `also called ${wordsOf(text).join(', ')}`;
  },
  optional(text, service, { reader, place }) {
    if (
      /^(?:yes|true|y|always|no|false|never|n)\b.*\b(?:but|except|only)\b/i.test(text) ||
      (/^(?:yes|no)\b/i.test(text) && findCondition(text))
    ) {
      reader.problem('boolean-unreadable', place, { label: 'Optional', word: text });
      return undefined;
    }
    if (/^(?:yes|true|y|always)\b/i.test(text)) {
      service.optional = true;
      return `${service.name} is optional: it is never down`;
    }
    if (/^(?:no|false|never|n)\b/i.test(text)) return `${service.name} is not optional`;
    const names = wordsOf(text.replace(/\s*\(.*?\)/g, '')).map((word) => word.replaceAll('`', ''));
    if (names.every((name) => /^[a-z0-9][-a-z0-9.]*$/.test(name) && !halfWords.test(name))) {
      service.optionalWorkloads.push(...names);
      return `${names.join(', ')} may be down without ${service.name} being down`;
    }
    reader.problem('boolean-unreadable', place, { label: 'Optional', word: text });
    return undefined;
  },
  healthCheck: (text, service, { reader, draft, place }) => addHealthChecks([service.name], text, place, reader, draft),
  repository(text, service, { reader, place }) {
    if (isRepositoryPattern(text)) {
      reader.problem('name-invalid', place, { word: text, what: 'repository', meant: 'owner/name' });
      return undefined;
    }
    service.repository = repositoryOf(bare(text));
    return `changes come from ${service.repository}`;
  },
  manifests(text, service) {
    service.manifests = bare(text);
    return `manifests in ${service.manifests}`;
  },
  runbook(text, service) {
    service.runbook = text;
    return `runbook ${text}`;
  },
  description(text, service) {
    service.description = text;
    return `${service.name}: ${text}`;
  },
  // The heading decides; what repeats it is prose.
  priority: () => undefined,
};
