import type { Revision } from '../config/revision.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { enqueue } from '../notify/outbox.ts';
import { observeOnly } from '../notify/plan.ts';
import { planTrouble, type Trouble } from '../notify/plan-trouble.ts';
import type { MonitorRecord } from '../record/open-record.ts';

export type TellPeople = {
  /** Puts a message about the monitor itself into the outbox, once for its code and `at`. */
  tell(trouble: Trouble): void;
  /** Tries again what a disk refused. Call after each cycle. */
  flush(): void;
  /** Calls back after something was put into the outbox. */
  onQueued(listener: () => void): void;
};

/** Messages about the monitor itself to the team's channel, through the outbox like any other. */
export function tellPeople(options: {
  record: MonitorRecord;
  channels: ChannelTable;
  clock: Clock;
  log: Log;
  observe: boolean;
  revision: () => Revision;
  cycle: () => string;
}): TellPeople {
  const { record, channels, clock, log, observe } = options;
  let waiting: Trouble[] = [];
  let queued = (): void => undefined;

  const flush = (): void => {
    if (waiting.length === 0) return;
    const revision = options.revision();
    const made = planTrouble(waiting, { revision, channels, now: clock.now(), cycle: options.cycle() });
    try {
      enqueue(record.db, observe ? made.map(observeOnly) : made);
      waiting = [];
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      log.error(
        { error: says },
        'a message about the configuration could not be kept; it is tried again after the next cycle',
      );
      return;
    }
    queued();
  };
  return {
    tell(trouble) {
      waiting.push(trouble);
      flush();
    },
    flush,
    onQueued(listener) {
      queued = listener;
    },
  };
}
