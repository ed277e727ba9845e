import type { World } from '../../cluster/world.ts';
import type { Problem, Revision, ServiceClass, SourceFile } from '../../config/revision.ts';
import type { Millis } from '../../lib/clock.ts';
import { matchServices, type ServiceMatch } from '../../triage/match-services.ts';
import { classesOf } from '../../triage/service-classes.ts';
import type { Paints } from '../output.ts';

/** A cluster or a recording that the configuration is held against. */
export type SeenCluster = {
  world: World;
  /** What it is, for people: "recording examples/company". */
  says: string;
  matches: ReadonlyMap<string, ServiceMatch>;
  classes: ReadonlyMap<string, readonly ServiceClass[]>;
};

/** Everything that the page of `config explain` is made of. */
export type View = {
  revision: Revision;
  sources: readonly SourceFile[];
  problems: readonly Problem[];
  now: Millis;
  cluster?: SeenCluster;
  paint: Paints;
};

/** Holds the inventory against a cluster. */
export function seeCluster(revision: Revision, world: World, says: string): SeenCluster {
  const matches = matchServices(revision.services, world);
  return {
    world,
    says,
    matches: new Map(matches.map((match) => [match.service.name, match])),
    classes: new Map(matches.map(({ service, matches: refs }) => [service.name, classesOf(refs, world)])),
  };
}

/** `CLAUDE.md:42`. */
export const sayPlace = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`;

/** Words in lines of at most `width`, each behind the same indent. */
export function wrap(text: string, indent: string, width = 110): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}

/** A label and its text, the text wrapped behind the label: `  mutes     not-ready, ...`. */
export function labelled(label: string, text: string, { paint }: Pick<View, 'paint'>): string[] {
  const indent = ' '.repeat(14);
  const [first = '', ...rest] = wrap(text, indent);
  return [`${paint.dim(`    ${label.padEnd(10)}`)}${first.slice(indent.length)}`, ...rest];
}
