import { type Clock, type Millis, minute } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SourceStatus } from './config-source.ts';
import type { TellPeople } from './tell-people.ts';

/** Conditions that people hear of when they last, because edits do not arrive then; a missing ConfigMap they hear of as a refusal. */
const told: readonly string[] = ['Forbidden', 'Unauthorized', 'FilesMissing', 'FilesUnreadable', 'FilesBehind'];
/** As for a refusal: somebody who is at work on it needs no message. */
const tellAfter: Millis = 5 * minute;

/** One trouble with several faces: a server that refuses may also not answer now and then. */
const oneTrouble: readonly string[] = ['Forbidden', 'Unauthorized', 'ApiAway'];
const isSame = (name: string, other: string): boolean =>
  name === other || (oneTrouble.includes(name) && oneTrouble.includes(other));

type Lasting = { since: Millis; text: string; isTold: boolean };

/**
 * Says in the log who speaks, and each condition as it begins and ends; people hear once of one that lasts five minutes, and of its end.
 * Hand `tell` every status.
 */
export function tellSource(options: { log: Log; people: Pick<TellPeople, 'tell'>; clock: Clock }): {
  tell(status: SourceStatus): void;
  stop(): void;
} {
  const { log, people, clock } = options;
  const lasting = new Map<string, Lasting>();
  let speaking: string | undefined;
  let cancel = (): void => undefined;

  const begin = (name: string, text: string): void => {
    const known = lasting.get(name);
    if (!known) log.warn({ condition: name }, text);
    const faces = [...lasting].filter(([other]) => isSame(name, other)).map(([, one]) => one);
    const since = Math.min(clock.now(), ...faces.map((one) => one.since));
    lasting.set(name, { since, text, isTold: faces.some(({ isTold }) => isTold) });
  };
  const end = (name: string, { since, isTold }: Lasting): void => {
    lasting.delete(name);
    log.info({ condition: name }, `${name} is over`);
    if (!isTold || [...lasting.keys()].some((other) => isSame(name, other))) return;
    const title = 'k8s-monitor: a source of its configuration works again';
    people.tell({ code: `source-${name}-over`, at: since, severity: 'SEV-3', title, says: `${name} is over.` });
  };
  const tellLasting = (): void => {
    cancel();
    const now = clock.now();
    for (const [name, one] of lasting) {
      if (one.isTold || !told.includes(name) || now < one.since + tellAfter) continue;
      one.isTold = true;
      const title = 'k8s-monitor: a source of its configuration fails';
      people.tell({ code: `source-${name}`, at: one.since, severity: 'SEV-3', title, says: one.text });
    }
    const due = [...lasting].filter(([name, { isTold }]) => !isTold && told.includes(name)).map(([, one]) => one.since);
    if (due.length > 0) cancel = clock.wakeAt(Math.min(...due) + tellAfter, tellLasting);
  };

  return {
    tell(status) {
      if (status.speaking !== speaking) {
        const level = status.speaking === 'api' || speaking === undefined ? 'info' : 'warn';
        log[level]({ source: status.speaking }, `configuration comes from ${status.speaking}: ${status.why}`);
        speaking = status.speaking;
      }
      const now = new Map(status.conditions.map((text) => [text.slice(0, text.indexOf(':')), text]));
      for (const [name, text] of now) begin(name, text);
      for (const [name, one] of lasting) if (!now.has(name)) end(name, one);
      tellLasting();
    },
    stop: () => cancel(),
  };
}
