import type { List, RootContent } from 'mdast';
import { toString as plainText } from 'mdast-util-to-string';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { findProblems } from '../../src/analysis/find-problems.ts';
import type { Finding } from '../../src/analysis/finding.ts';
import type { CustomResult, ProbeResult } from '../../src/cluster/beside.ts';
import { makeWorld } from '../../src/cluster/make-world.ts';
import type { ContainerLog } from '../../src/cluster/objects.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import { defaultThresholds } from '../../src/config/thresholds.ts';
import type { Millis } from '../../src/lib/clock.ts';

/** One cluster of a scenario file and what must be found in it. */
export type ScenePart = {
  objects: unknown[];
  logs: ContainerLog[];
  probes: ProbeResult[];
  customResults: CustomResult[];
  /** Lines such as `crash-loop exit-code Deployment shop/web`, with ` pending` behind while a grace runs. */
  expected: string[];
};

/** A file of test/scenarios/checks: what shows the check (and cause), and a near miss that must not. */
export type CheckScenario = { check: string; cause?: string; now: Millis; shows: ScenePart; nearMiss: ScenePart };

const moment = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) context.addIssue('not a moment such as 2026-01-15T12:00:00Z');
  return at;
});
const ref = z.strictObject({ kind: z.string(), namespace: z.string().exactOptional(), name: z.string() });
const probeList = z.array(
  z.strictObject({
    service: z.string(),
    target: ref,
    result: z.enum(['ok', 'failing', 'not-checked']),
    failingSince: moment.exactOptional(),
    detail: z.string(),
    at: moment,
  }),
);
const customList = z.array(
  z.strictObject({
    name: z.string(),
    at: moment,
    took: z.number().default(10),
    state: z.enum(['ok', 'unknown']).default('ok'),
    reason: z.string().exactOptional(),
    matches: z.array(z.strictObject({ object: ref.exactOptional(), text: z.string() })),
    looked: z.number(),
    matchesMost: z.boolean().default(false),
  }),
);

/**
 * Reads a scenario: `# check: cause` (or `plain`), `Now: MOMENT`, and the parts `## Shows` and `## Near miss`, each with a
 * `yaml` fence of objects, `log NAMESPACE/POD/CONTAINER [previous]`, `yaml probes` and `yaml custom` fences, and a list.
 * Throws an error that names what is missing.
 */
export function parseCheckScenario(markdown: string): CheckScenario {
  const nodes = unified().use(remarkParse).parse(markdown).children;
  const title = /^([a-z-]+): ([a-z-]+)$/.exec(heading(nodes[0], 1) ?? '');
  if (!title) throw new Error('the first line must be "# check: cause" or "# check: plain"');
  const now = Date.parse(/^Now: (\S+)$/m.exec(markdown)?.[1] ?? '');
  if (Number.isNaN(now)) throw new Error('a line "Now: 2026-01-15T12:00:00Z" is missing');
  const [check = '', cause = ''] = title.slice(1);
  return {
    check,
    ...(cause !== 'plain' && { cause }),
    now,
    shows: part(below(nodes, 'Shows')),
    nearMiss: part(below(nodes, 'Near miss')),
  };
}

/** What is found in one part, as the lines of its list, sorted. */
export function findInPart(scene: ScenePart, now: Millis): string[] {
  const world = makeWorld(snapshotOf(scene.objects, { now, ...(scene.logs.length > 0 && { logs: scene.logs }) }));
  const { probes, customResults } = scene;
  return findProblems({ world, now, thresholds: defaultThresholds, probes, customResults, ignores: [], firstSeen: {} })
    .map((finding) => lineOf(finding, now))
    .sort();
}

function lineOf(finding: Finding, now: Millis): string {
  const { kind, namespace, name } = finding.subject;
  const pending = now < Math.max(finding.since + finding.grace, finding.expectedUntil ?? 0);
  return [
    finding.check,
    finding.cause ?? '-',
    kind,
    namespace ? `${namespace}/${name}` : name,
    ...(pending ? ['pending'] : []),
  ].join(' ');
}

function heading(node: RootContent | undefined, depth: number): string | undefined {
  return node?.type === 'heading' && node.depth === depth ? plainText(node) : undefined;
}

function below(nodes: readonly RootContent[], title: string): RootContent[] {
  const start = nodes.findIndex((node) => heading(node, 2) === title);
  if (start < 0) throw new Error(`the part "## ${title}" is missing`);
  const rest = nodes.slice(start + 1);
  const end = rest.findIndex((node) => heading(node, 2) !== undefined);
  return end < 0 ? rest : rest.slice(0, end);
}

function part(nodes: readonly RootContent[]): ScenePart {
  const scene: ScenePart = { objects: [], logs: [], probes: [], customResults: [], expected: [] };
  for (const node of nodes)
    if (node.type === 'code') addFence(scene, `${node.lang ?? ''} ${node.meta ?? ''}`.trim(), node.value);
  const list = nodes.find((node): node is List => node.type === 'list');
  if (!list) throw new Error('a part ends in a list of what must be found, or "- nothing"');
  const lines = list.children.map((item) => plainText(item).trim());
  scene.expected = lines.length === 1 && lines[0] === 'nothing' ? [] : lines.sort();
  return scene;
}

function addFence(scene: ScenePart, info: string, value: string): void {
  const log = /^log ([^/\s]+)\/([^/\s]+)\/([^/\s]+)( previous)?$/.exec(info);
  if (log) {
    const [, namespace = '', pod = '', container = '', previous] = log;
    scene.logs.push({ namespace, pod, container, previous: previous !== undefined, lines: value.split('\n') });
  } else if (info === 'yaml probes') scene.probes.push(...probeList.parse(parse(value)));
  else if (info === 'yaml custom') scene.customResults.push(...customList.parse(parse(value)));
  else if (info === 'yaml') {
    for (const document of parseAllDocuments(value)) {
      if (document.errors[0]) throw document.errors[0];
      scene.objects.push(document.toJS());
    }
  } else throw new Error(`a fence "${info}" means nothing here`);
}
