import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type ChannelTable, defaultChannel } from '../notify/channels.ts';
import { type SendReport, sendDue } from '../notify/send.ts';
import type { Sender } from '../notify/sender.ts';
import type { MonitorRecord } from '../record/open-record.ts';

export type Pump = {
  /** Sends what is due now, and again when more is due; returns at once. */
  start(): void;
  /** Nothing new is begun; resolves when what is under way has ended or `grace` ms are over. The outbox keeps the rest. */
  stop(grace: number): Promise<void>;
};

export type PumpOptions = {
  record: MonitorRecord;
  senders: readonly Sender[];
  channels: ChannelTable;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Told what became of them; to stop waits for it. */
  onReport: (report: SendReport) => Promise<void>;
};

/** Empties the outbox beside the cycles: a slow channel holds up no cycle. */
export function pumpOutbox({ record, senders, channels, clock, random, log, onReport }: PumpOptions): Pump {
  const ending = new AbortController();
  const running = new Set<Promise<void>>();
  let cancel = (): void => undefined;

  const once = async (): Promise<void> => {
    const report = await sendDue(record.db, senders, {
      clock,
      random,
      fallback: defaultChannel(channels),
      signal: ending.signal,
    });
    for (const { key, channel, error } of report.undelivered)
      log.error({ key, channel, error }, 'a message could not be delivered; see `k8s-monitor incidents outbox`');
    for (const { key, channel, error } of report.failed)
      log.warn({ key, channel, error }, 'a message was not delivered yet; it is tried again');
    if (report.trouble !== undefined) log.error({ error: report.trouble }, 'the outbox could not be read or written');
    cancel();
    if (report.nextAt !== undefined && !ending.signal.aborted) cancel = clock.wakeAt(report.nextAt, start);
    await onReport(report);
  };
  const start = (): void => {
    if (ending.signal.aborted) return;
    const run = once().finally(() => running.delete(run));
    running.add(run);
  };
  return {
    start,
    async stop(grace) {
      cancel();
      const drained = Promise.all(running);
      const over = new Promise((resolve) => setTimeout(resolve, grace).unref());
      await Promise.race([drained, over]);
      ending.abort();
      await drained;
    },
  };
}
