import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { isError } from '../config/problems.ts';
import { second, systemClock } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import { oneLine } from '../lib/text.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import {
  clearPin,
  isSentBack,
  loadPin,
  loadRevisions,
  loadSentBack,
  type SavedRevision,
  savePin,
} from '../record/revisions.ts';
import { type Configz, daemonUrl, pokeDaemon, readConfigz } from './ask-daemon.ts';
import { exitCodes } from './exit-codes.ts';
import { toJson } from './json.ts';
import type { Output } from './output.ts';
import { compileSaved, findInForce, needRevision, zoneOf } from './saved-revisions.ts';
import { withRecord } from './with-record.ts';

export type RollbackOptions = { id?: string; why?: string; by?: string; output: string };

/** How long the daemon gets to put it in force before that is reported as not done. */
const takesEffectWithin = 5 * second;

/**
 * Puts a saved revision in force until the content of the ConfigMaps changes. Exit 1 where it is not in force at the end, though a
 * daemon runs. Going back to what the ConfigMaps hold ends a rollback.
 */
export function rollBack(options: RollbackOptions, output: Output): Promise<number> {
  return withRecord(async (record) => {
    const daemon = await readConfigz();
    const target = options.id === undefined ? findBefore(record) : needRevision(record, options.id);
    const active = daemon?.active.revision ?? findInForce(record)?.id;
    refuseUnfit(target, active);

    const pin = loadPin(record);
    // A second rollback still stands against what the ConfigMaps hold, not against the first.
    const held = pin?.instead ?? active ?? '';
    // Where the ConfigMaps hold what is refused, nothing would put a revision in force that only the end of a rollback lets through.
    const refused = target.id === held ? daemon?.refused?.revision : undefined;
    const instead = refused ?? held;
    if (target.id === instead) clearPin(record);
    else {
      const why = oneLine(options.why ?? `rolled back by ${options.by ?? userInfo().username}`, 200);
      savePin(record, { revision: target.id, instead, at: systemClock.now(), why, by: 'operator' });
    }
    const reached = daemon ? await takeEffect(target.id) : undefined;
    if (options.output === 'json')
      output.print(
        toJson({
          revision: target.id,
          instead,
          inForce: reached?.active.revision === target.id,
          daemon: reached !== undefined,
        }),
      );
    else say(record, target, refused === undefined ? instead : undefined, reached, output);
    return reached && reached.active.revision !== target.id ? exitCodes.failed : exitCodes.done;
  });
}

/** The newest revision before the one in force that was not sent back. Throws where a rollback is in force: how far back is then for people to say. */
function findBefore(record: MonitorRecord): SavedRevision {
  const pin = loadPin(record);
  const out = new Set([findInForce(record)?.id, pin?.instead]);
  const sentBack = loadSentBack(record);
  const left = loadRevisions(record).filter((saved) => !out.has(saved.id) && !isSentBack(saved, sentBack));
  const [before] = left;
  if (!before)
    throw new Error('no revision was in force before this one: `k8s-monitor config history` lists what is kept');
  if (!pin) return before;
  const zone = zoneOf(record);
  const others = left.slice(0, 3).map(({ id, at }) => `${id} (${formatMoment(at, zone)})`);
  throw new Error(
    `a rollback to ${pin.revision} is in force already: name the revision to go to, ${others.join(', ')}; ${pin.instead} ends the rollback`,
  );
}

function refuseUnfit(target: SavedRevision, active: string | undefined): void {
  if (target.id === active) throw new Error(`${target.id} is in force already`);
  const first = compileSaved(target).problems.find(isError);
  if (first)
    throw new Error(
      `${target.id} was accepted by an older version; this one refuses it: ${first.file}:${first.line}:${first.column} ${first.message} ${first.cure}`,
    );
}

/** Pokes the daemon and waits until it shows the revision, or for `takesEffectWithin`. */
async function takeEffect(id: string): Promise<Configz | undefined> {
  const url = daemonUrl();
  await pokeDaemon(url).catch((error: Error) => {
    throw new Error(`${error.message}. The rollback is written and takes effect when the daemon starts again.`);
  });
  const end = performance.now() + takesEffectWithin;
  for (;;) {
    const seen = await readConfigz(url);
    if (seen?.active.revision === id || performance.now() > end) return seen;
    await wait(50);
  }
}

function say(
  record: MonitorRecord,
  target: SavedRevision,
  instead: string | undefined,
  reached: Configz | undefined,
  output: Output,
): void {
  const of = `${target.id} of ${formatMoment(target.at, zoneOf(record))}${target.author ? ` by ${oneLine(target.author, 40)}` : ''}`;
  const until =
    target.id === instead
      ? 'The rollback has ended: the ConfigMaps are followed again.'
      : instead === undefined
        ? 'What the ConfigMaps hold is refused; it stays until they hold something else.'
        : `It stays until the content of the ConfigMaps is another than ${instead}. To end it before: k8s-monitor config rollback ${instead}`;
  if (!reached)
    output.print(`No daemon answers at ${daemonUrl()}: revision ${of} takes effect when it starts.\n${until}`);
  else if (reached.active.revision === target.id) output.print(`Revision ${of} is in force.\n${until}`);
  else
    output.warn(
      `The daemon did not put ${target.id} in force within 5 s; ${reached.active.revision} still is. \`k8s-monitor config status\` and its log say why.`,
    );
}
