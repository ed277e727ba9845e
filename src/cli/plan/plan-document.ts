import * as z from 'zod';
import { problemDocument } from '../../config/explain.ts';
import { priorities, severities } from '../../config/revision.ts';

const moment = z.string().describe('RFC 3339, UTC');
const subject = z.object({ kind: z.string(), namespace: z.string().optional(), name: z.string() });

const told = z.object({
  severity: z.enum(severities),
  because: z.string().describe('the clause that decides'),
  channels: z.array(z.string()),
  when: z
    .enum(['now', 'later', 'digest', 'nowhere'])
    .describe('`later`: held by the Timing; `digest`: in the daily digest; `nowhere`: recorded only'),
});

/** What `plan --output json` prints. `docs/schemas/plan.json` is generated from it. */
export const planDocument = z.object({
  candidate: z.object({
    revision: z.string(),
    from: z.array(z.string()),
    added: z.array(z.string()).describe('files that were not given: those in force'),
    accepted: z.boolean(),
  }),
  against: z.object({ revision: z.string(), from: z.string() }),
  replayed: z
    .object({
      what: z.enum(['cluster', 'recording', 'cycles']),
      name: z.string(),
      from: moment,
      to: moment,
      cycles: z.number(),
    })
    .optional()
    .describe('absent where the candidate cannot be compiled: it would change nothing'),
  problems: z.array(problemDocument),
  meaning: z.array(z.string()).describe('what the edit changes in meaning, the gravest first'),
  services: z.object({
    added: z.array(
      z.object({ name: z.string(), priority: z.enum(priorities), matches: z.array(z.string()).optional() }),
    ),
    lost: z.array(z.object({ name: z.string(), priority: z.enum(priorities) })),
    unmatched: z
      .array(z.string())
      .describe('listed, and nothing in the cluster is theirs; empty where no objects were seen'),
  }),
  incidents: z.array(
    z.object({
      change: z
        .enum(['appears', 'vanishes', 'severity', 'channels', 'later', 'sooner'])
        .describe('`later` and `sooner` only of recorded cycles: told alike, from another moment on'),
      id: z.string().optional().describe('of the record, where it is an incident that was'),
      subject,
      services: z.array(z.string()),
      says: z.string(),
      before: told.optional(),
      after: told.optional(),
      because: z.string(),
    }),
  ),
  messages: z.array(
    z.object({
      change: z.enum(['sent', 'spared', 'changed']),
      channel: z.string(),
      when: z.enum(['now', 'later', 'digest', 'nowhere']),
      severity: z.enum(severities).optional(),
      title: z.string(),
      times: z.number(),
    }),
  ),
  knownIssues: z
    .array(z.object({ title: z.string(), file: z.string(), line: z.number() }))
    .describe('of the candidate, those that hid nothing in what was replayed'),
  notReplayed: z.array(z.string()).describe('what this answer does not cover'),
  unseen: z.array(z.string()).describe('sources that something enabled needs and that could not be seen'),
});

export type PlanDocument = z.infer<typeof planDocument>;
export type IncidentChange = PlanDocument['incidents'][number];
export type MessageChange = PlanDocument['messages'][number];
export type Told = z.infer<typeof told>;

/** What a replay finds; the rest of the document is known without one. */
export type Replay = Required<Pick<PlanDocument, 'replayed'>> &
  Pick<PlanDocument, 'incidents' | 'messages' | 'knownIssues' | 'notReplayed' | 'unseen'> & {
    unmatched: string[];
    /** Service -> what it stands for, where objects were seen. */
    matches?: ReadonlyMap<string, string[]>;
  };

/** Whether people would be told something else. */
export const changesWhatIsTold = ({ incidents, messages }: Pick<PlanDocument, 'incidents' | 'messages'>): boolean =>
  incidents.length > 0 || messages.length > 0;
