import { windowState } from '../config/grammar/windows.ts';
import type { Timing } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration, formatMoment } from '../lib/duration.ts';

/** Whether a message waits, until when and why; undefined: it may be sent now. A digest timing has no moment of its own. */
export function holdOf(
  timing: Timing,
  moment: { zone: string; now: Millis; openedAt: Millis },
): { until?: Millis; because: string } | undefined {
  const { zone, now, openedAt } = moment;
  switch (timing.when) {
    case 'immediate':
      return undefined;
    case 'digest':
      return { because: 'goes to the daily digest' };
    case 'after': {
      const until = openedAt + timing.delay;
      return now >= until ? undefined : { until, because: `told ${formatDuration(timing.delay)} after it opened` };
    }
    case 'hours': {
      const states = timing.windows.map((window) => windowState(window, zone, now));
      if (states.length === 0 || states.some(({ open }) => open)) return undefined;
      const opens = states.flatMap(({ opensAt }) => (opensAt === undefined ? [] : [opensAt]));
      const says = timing.windows.map((window) => window.says).join(', ');
      if (opens.length === 0) return { because: `held outside ${says}` };
      const until = Math.min(...opens);
      return { until, because: `held outside ${says} until ${formatMoment(until, zone)}` };
    }
  }
}
