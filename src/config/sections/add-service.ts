import type { Draft, Place, Reader } from '../draft.ts';
import type { Priority, ServiceEntry, Severity } from '../revision.ts';
import { given, isPlaceholder } from './values.ts';

/** What a group's heading and lines say about all its services. */
export type Group = { priority: Priority; range: Priority[]; maxDowntime?: number; cap?: Severity };

/** Adds one service to the inventory, unless it is a placeholder, no name, or listed already. */
export function addService(
  written: string,
  facts: { description?: string; namespace?: string; workload?: ServiceEntry['workload'] },
  group: Group,
  place: Place,
  lines: { line: number; endLine: number },
  reader: Reader,
  draft: Draft,
): ServiceEntry | undefined {
  const name = written.replace(/^`|`$/g, '');
  if (isPlaceholder(name)) return void reader.problem('placeholder', place, { word: name });
  if (!/^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/i.test(name)) {
    return void reader.problem('service-name-invalid', place, {
      word: name,
      meant: name
        .toLowerCase()
        .replace(/[^a-z0-9.]+/g, '-')
        .replace(/^[-.]+|[-.]+$/g, ''),
    });
  }
  const listed = draft.serviceNamed(name);
  if (listed) {
    reader.problem('service-listed-twice', place, {
      word: name,
      first: listed.at.line,
      file: listed.at.file,
      priority: listed.priority,
    });
    return undefined;
  }
  const { priority } = group;
  const service: ServiceEntry = {
    name,
    priority,
    ...given('description', facts.description),
    ...given('namespace', facts.namespace),
    ...given('workload', facts.workload),
    ...given('maxDowntime', group.maxDowntime),
    dependsOn: [],
    // The cluster writes names in lower case.
    aliases: name === name.toLowerCase() ? [] : [name.toLowerCase()],
    optional: false,
    optionalWorkloads: [],
    ...given('cap', group.cap),
    at: reader.at(place),
  };
  draft.revision.services.push(service);
  reader.understood(lines, `${priority} service \`${name}\``);
  return service;
}
