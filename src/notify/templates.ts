import { Liquid, type Template as Parsed } from 'liquidjs';
import type { Revision, TemplateName } from '../config/revision.ts';
import { cleanText, oneLine } from '../lib/text.ts';
import { defaultTemplates, titleTemplates } from './default-templates.ts';
import type { DeliveryKind } from './delivery.ts';
import type { MessageContext } from './message-context.ts';

export type Message = { title: string; text: string };
/** A template of the Markdown that could not be rendered; the default was used. */
export type TemplateFault = { template: TemplateName; file: string; line: number; message: string };
export type DigestContext = {
  cluster: MessageContext['cluster'];
  digest: {
    day: string;
    open: string[];
    ended: string[];
    suppressed: string[];
    rollouts: string[];
    held: string[];
    would_send: string[];
  };
  because: string;
  revision: string;
  cycle: string;
  now: string;
};

/** Slack's own limit is 40,000 characters; nobody reads more than this at 3 AM. */
const longestText = 8000;
const longestTitle = 200;

/** An empty mapping of templates: include, render and layout find nothing, least of all files. */
const strict = {
  ownPropertyOnly: true,
  strictFilters: true,
  strictVariables: true,
  lenientIf: true,
  templates: {},
} as const;

/** Our own templates: no limit of time, or a busy machine would keep back a page. */
const trusted = new Liquid(strict);

/** Templates of a ConfigMap are trusted with words, not with files, time or memory. An honest one takes a millisecond. */
const limited = new Liquid({ ...strict, parseLimit: 50_000, memoryLimit: 1_000_000, renderLimit: 100 });

const templateOf: Partial<Record<DeliveryKind, TemplateName>> = {
  brief: 'brief',
  resolved: 'resolved',
  digest: 'digest',
};

/** Ends that a team's own words for an alert would hide. */
const isFixed = (kind: DeliveryKind): kind is 'absorbed' | 'not-watched' =>
  kind === 'absorbed' || kind === 'not-watched';

const parsed = new Map<string, Parsed[]>();

/** A message of one kind: the Markdown's template where it has one that renders, else the default. Faults are returned, never thrown. */
export function renderMessage(
  kind: DeliveryKind,
  context: MessageContext | DigestContext,
  revision: Revision,
): Message & { faults: TemplateFault[] } {
  const faults: TemplateFault[] = [];
  const name = templateOf[kind] ?? 'full';
  const own = isFixed(kind) ? undefined : revision.templates.find((template) => template.name === name);
  const title = oneLine(render(trusted, titleTemplates[kind], context), longestTitle);
  if (own) {
    try {
      const text = tidy(render(limited, own.liquid, context));
      if (text !== '') return { title, text, faults };
      faults.push({ template: name, file: own.at.file, line: own.at.line, message: 'it renders to nothing' });
    } catch (error) {
      const message = oneLine(error instanceof Error ? error.message : String(error), 300);
      faults.push({ template: name, file: own.at.file, line: own.at.line, message });
    }
  }
  return {
    title,
    text: tidy(render(trusted, defaultTemplates[isFixed(kind) ? kind : name], context)),
    faults,
  };
}

function render(liquid: Liquid, text: string, context: object): string {
  let template = parsed.get(text);
  if (!template) {
    // Edits come and go; what is in force is parsed again when needed.
    if (parsed.size > 50) parsed.clear();
    template = liquid.parse(text);
    parsed.set(text, template);
  }
  return String(liquid.renderSync(template, context));
}

function tidy(text: string): string {
  const clean = cleanText(text)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return clean.length <= longestText ? clean : `${clean.slice(0, longestText - 1)}…`;
}
