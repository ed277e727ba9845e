import { minute } from '../lib/clock.ts';
import type { Thresholds } from './revision.ts';

/** What holds where Markdown sets nothing. Shares are 0-1, lengths milliseconds. */
export const defaultThresholds: Thresholds = {
  memoryUsage: 0.9,
  cpuUsage: 0.95,
  restarts: 5,
  pending: 2 * minute,
  startup: 5 * minute,
  certificateDays: { warning: 7, error: 1 },
  volumeFree: { warning: 0.15, error: 0.03 },
  graces: {},
};
