import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Log lines as JSON on stderr, `message` and `time` named as collectors expect. Cluster text belongs into fields, never into the message. */
export function makeLog(level: string): Log {
  return pino(
    {
      level,
      messageKey: 'message',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** A log that says nothing: for one-shot commands and tests. */
export const silentLog: Log = pino({ level: 'silent' });
