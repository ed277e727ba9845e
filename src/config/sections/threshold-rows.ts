import { day, type Millis } from '../../lib/clock.ts';
import { readDuration } from '../grammar/duration.ts';
import type { Thresholds } from '../revision.ts';

/** One threshold: how it may be called, an example for the cure, and how its value is read and put. */
export type Row = {
  id: string;
  name: RegExp;
  example: string;
  range: string;
  /** It has one number or one length of time; a second one decides nothing. */
  oneValue?: 'number' | 'length';
  /** It says how much of a limit is used. */
  usage?: true;
  read: (text: string) => number | undefined;
  fits: (value: number) => boolean;
  put: (thresholds: Thresholds, value: number, text: string) => void;
};

const readShare = (text: string): number | undefined => {
  const [, number] = /(\d+(?:\.\d+)?)\s*(?:%|percent)/i.exec(text) ?? [];
  if (number !== undefined) return Number(number) / 100;
  const [share] = /(?<![\d.])0?\.\d+/.exec(text) ?? [];
  return share === undefined ? undefined : Number(share);
};

const readNumber = (text: string): number | undefined => {
  const [number] = /\d+/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
};

export const readLong = (text: string): Millis | undefined => {
  const read = readDuration(text, 'lower');
  return read && 'length' in read ? read.length : undefined;
};

export const isLength = (value: number): boolean => value >= 0 && value <= 30 * day;

/** Two stages in one value (`30 days warning, 7 days critical`): the farther one warns, the nearer one is an error. */
function stages(text: string, unit: RegExp, scale: number): { warning: number; error: number } | undefined {
  // "30/7 days" gives both their unit.
  const spelled = text.replace(/(\d+(?:\.\d+)?)(\s*(?:\/|,|and|or)\s*\d+(?:\.\d+)?\s*)(d(?:ays?)?\b|%)/gi, '$1$3$2$3');
  const numbers = [...spelled.matchAll(unit)].map((match) => Number(match[1]) * scale);
  const [first] = numbers;
  if (first === undefined) return undefined;
  return { warning: Math.max(...numbers), error: numbers.length > 1 ? Math.min(...numbers) : first };
}

/** The share of a limit that must not be reached. */
const usage = (id: string, name: RegExp, example: string, key: 'memoryUsage' | 'cpuUsage'): Row => ({
  id,
  oneValue: 'number',
  usage: true,
  name,
  example,
  range: '1% to 100%',
  read: readShare,
  fits: (value) => value > 0 && value <= 1,
  put: (all, value) => {
    all[key] = value;
  },
});

/** How long a state may last. */
const length = (id: 'pending' | 'startup', name: RegExp, example: string): Row => ({
  id,
  oneValue: 'length',
  name,
  example,
  range: 'up to 30 days',
  read: readLong,
  fits: isLength,
  put: (all, value) => {
    all[id] = value;
  },
});

/** What of a volume is free or used; `freeOf` turns a written share into the free one. */
const volume = (id: string, name: RegExp, example: string, freeOf: (share: number) => number): Row => ({
  id,
  name,
  example,
  range: '1% to 99%',
  read: readShare,
  fits: (value) => value > 0 && value < 1,
  put: (all, value, text) => {
    const both = stages(text, /(\d+(?:\.\d+)?)\s*%/g, 0.01);
    const free = [both?.warning ?? value, both?.error ?? value].map(freeOf);
    const warning = Math.max(...free);
    const error = Math.min(...free);
    all.volumeFree = { warning, error: error < warning ? error : Math.min(all.volumeFree.error, warning) };
  },
});

export const thresholdRows: readonly Row[] = [
  usage(
    'memory usage',
    /^(?:high )?(?:pod |container )?memory(?: usage| utili[sz]ation| threshold| limit)*$/i,
    'Memory usage: 80% of limit',
    'memoryUsage',
  ),
  usage(
    'CPU usage',
    /^(?:high )?(?:pod |container )?cpu(?: usage| utili[sz]ation| threshold| limit)*$/i,
    'CPU usage: 90% of limit',
    'cpuUsage',
  ),
  {
    id: 'restarts',
    oneValue: 'number',
    name: /^(?:high )?(?:pod |container )?restart(?:s|ed)?(?: count| threshold| limit)*$/i,
    example: 'Restarts: more than 5 in an hour',
    range: '1 to 1000',
    read: readNumber,
    fits: (value) => value >= 1 && value <= 1000,
    put: (all, value) => {
      all.restarts = value;
    },
  },
  length('pending', /^(?:pods? )?pending(?: pods?| time| threshold| for)*$/i, 'Pending: 5 minutes'),
  length('startup', /^(?:pod |slow )?start-?up(?: time| grace| threshold| period)*$/i, 'Startup: 5 minutes'),
  {
    id: 'certificate days',
    name: /^(?:tls |ssl )?cert(?:ificate)?s?(?: expiry| expiration| expires| expiring| days| renewal| threshold)*$/i,
    example: 'Certificate expiry: 14 days',
    range: '1 to 365 days',
    read: (text) => stages(text, /(\d+)\s*d(?:ays?)?\b/gi, 1)?.warning,
    fits: (value) => value >= 1 && value <= 365,
    put: (all, value, text) => {
      const both = stages(text, /(\d+)\s*d(?:ays?)?\b/gi, 1);
      all.certificateDays = {
        warning: value,
        error: both && both.error < value ? both.error : Math.min(all.certificateDays.error, value),
      };
    },
  },
  volume(
    'free volume space',
    /^(?:pvc |volume |disk |storage )+(?:free|left)(?: space)?$|^free (?:space|volume|disk)(?: space)?$/i,
    'Volume free: 15%',
    (share) => share,
  ),
  volume(
    'volume usage',
    /^(?:pvc|volume|disk|storage)(?: usage| utili[sz]ation| used| full| threshold)*$/i,
    'Volume usage: 85%',
    (share) => 1 - share,
  ),
];
