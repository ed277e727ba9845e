import { remember } from '../lib/remember.ts';
import { oneLine } from '../lib/text.ts';
import type { Section } from './document.ts';
import { readDocument } from './document.ts';
import { emptyRevision } from './empty-revision.ts';
import type { CriteriaNote } from './grammar/criteria.ts';
import { type FactsOf, type ProblemCode, problemOf } from './problems.ts';
import type {
  Escalation,
  LineVerdict,
  Position,
  Priority,
  Problem,
  Revision,
  ServiceEntry,
  Severity,
  SeverityRule,
  SourceFile,
  Verdict,
} from './revision.ts';
import { moveLines } from './shape/move-lines.ts';
import { type NormalText, readNormalText } from './shape/normal-text.ts';

/** A place inside a file's own text; the reader turns it into a position of the source. */
export type Place = { line: number; column: number };
export type Lines = { line: number; endLine: number };

/** One file being compiled: its sections, and where verdicts and problems are put down. */
export type Reader = {
  source: SourceFile;
  text: NormalText;
  root: Section;
  at(place: Place): Position;
  /** These lines became data; `says` is what they mean. */
  understood(lines: Lines, says: string): void;
  aside(lines: Lines): void;
  problem<Code extends ProblemCode>(code: Code, place: Place, facts: FactsOf<Code>): void;
  /** Passes on what a grammar said about a text that begins at `place`. */
  note(note: CriteriaNote, place: Place): void;
  problems: Problem[];
  verdicts(): LineVerdict[];
};

/** What is known of one severity's escalation; `lines` remembers where each part was given. */
export type EscalationParts = Partial<Omit<Escalation, 'severity' | 'at'>> &
  Pick<Escalation, 'severity' | 'at'> & {
    reader: Reader;
    place: Place;
    lines: Partial<Record<keyof Escalation, number>>;
  };

/** What is being put together from all files. Sections add to it; `compileFiles` makes the Revision of it. */
export type Draft = {
  revision: Revision;
  /** Where a time zone was given; without it windows are warned about. */
  zoneGiven: boolean;
  /** `When` of CLAUDE.md: serves for the severities that escalation-manager.md gives no criteria for. */
  fallbackRules: SeverityRule[];
  /** Priorities that escalation-manager.md repeats. */
  /** The Escalation Policy by severity; several sections may add to one. */
  escalation: Map<Severity, EscalationParts>;
  restated: { name: string; priority: Priority; reader: Reader; place: Place }[];
  /** Rows of service tables that complete services listed elsewhere. */
  amendments: (() => void)[];
  serviceNamed(name: string): ServiceEntry | undefined;
  /** Names and aliases of all services, for grammars. */
  serviceWords(): string[];
};

export function makeDraft(): Draft {
  const revision: Revision = {
    ...structuredClone(emptyRevision),
    severityRules: [],
  };
  return {
    revision,
    zoneGiven: false,
    fallbackRules: [],
    escalation: new Map(),
    restated: [],
    amendments: [],
    serviceNamed(name) {
      const wanted = name.toLowerCase();
      return revision.services.find(
        (service) =>
          service.name.toLowerCase() === wanted || service.aliases.some((word) => word.toLowerCase() === wanted),
      );
    },
    serviceWords: () => revision.services.flatMap(({ name, aliases }) => [name, ...aliases]),
  };
}

// A configuration has five files and a few agents more. What is larger than any of them would only fill the memory.
const mostFiles = 16;
const mostKept = 64 * 1024;
const readers = new Map<(title: string) => boolean, (text: string) => Section>();
/** Stands for a line that is not read; no line of a text is this. */
const dropped = '\0\0';

/** The documents of files that did not change are kept: nobody changes a section once it is read. */
function documentsOf(names: (title: string) => boolean): (text: NormalText) => Section {
  const read = (text: string): Section => {
    const lines = text.split('\n');
    const lineOf = lines.flatMap((line, index) => (line === dropped ? [] : [index + 1]));
    const section = readDocument(
      lineOf.map((line) => lines[line - 1] ?? ''),
      names,
    );
    return lineOf.length === lines.length ? section : moveLines(section, lineOf);
  };
  const known = readers.get(names) ?? remember(read, mostFiles);
  readers.set(names, known);
  return ({ body, dropped: without }) => {
    const text = body.map((line, index) => (without.has(index + 1) ? dropped : line)).join('\n');
    return text.length > mostKept ? read(text) : known(text);
  };
}

/** Opens a file for compiling. `names` knows the titles of sections. */
export function makeReader(source: SourceFile, names: (title: string) => boolean): Reader {
  const text = readNormalText(source.text);
  const problems: Problem[] = [];
  let root: Section | undefined;
  const verdicts = new Map<number, { verdict: Verdict; says?: string }>();
  const at = ({ line, column }: Place): Position => ({
    file: source.file,
    line: line + source.lineOffset,
    column: column + source.columnOffset,
  });
  const put = ({ line, endLine }: Lines, verdict: { verdict: Verdict; says?: string }): void => {
    for (let each = line; each <= endLine; each++) verdicts.set(each, verdict);
  };
  return {
    source,
    text,
    get root() {
      // Only a file that is fit is parsed at all.
      root ??= documentsOf(names)(text);
      return root;
    },
    at,
    understood: (lines, says) => put(lines, { verdict: 'understood', says: oneLine(says, 300) }),
    aside: (lines) => put(lines, { verdict: 'aside' }),
    problem: (code, place, facts) => void problems.push(problemOf(code, at(place), facts)),
    note: ({ column, ...note }, place) => void problems.push({ ...at(place), ...note }),
    problems,
    verdicts() {
      const troubled = new Set(
        problems.filter(({ level }) => level !== 'info').map(({ line }) => line - source.lineOffset),
      );
      return text.lines.map((_, index) => {
        const given = verdicts.get(index + 1) ?? { verdict: text.dropped.has(index + 1) ? 'aside' : 'context' };
        const verdict = troubled.has(index + 1) ? 'problem' : given.verdict;
        return {
          file: source.file,
          line: index + 1 + source.lineOffset,
          verdict,
          ...('says' in given && given.says !== undefined ? { says: given.says } : {}),
        };
      });
    },
  };
}
