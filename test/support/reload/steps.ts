import fc from 'fast-check';
import type { HalfName } from '../../../src/config/keep.ts';
import { halfNames } from '../../../src/config/source/halves.ts';
import { type Millis, minute, second } from '../../../src/lib/clock.ts';
import { type Kind, kindsOf } from './contents.ts';

/** Something that happens, and what time passes then before the next thing does. */
export type Step = { pause: Millis } & Happening;
export type Happening =
  | {
      do: 'write';
      half: HalfName;
      kind: Kind;
      isNew: boolean;
      bundle: string;
      in: 'annotation' | 'comment';
      lag: Millis;
    }
  | {
      do: 'write both';
      kinds: Record<HalfName, Kind>;
      bundle: boolean;
      in: 'annotation' | 'comment';
      first: HalfName;
      gap: Millis;
    }
  | { do: 'delete' | 'write again' | 'delete and make anew' | 'wipe the mount' | 'empty the mount'; half: HalfName }
  | { do: 'confirm'; half: HalfName; in: 'annotation' | 'comment' }
  | { do: 'kubelet refreshes'; half: HalfName; behind: number }
  | { do: 'API is'; mode: 'down' | '403' | '401' | 'silent' }
  | { do: 'API is well' | 'cut' | '410' | '410 event' | 'watch ends' | 'stall' }
  | { do: 'API lags behind'; writes: number }
  | { do: 'disk full' | 'disk well' }
  | { do: 'kill'; after: number; down: Millis }
  | { do: 'roll back'; to: number }
  | { do: 'wait' };

const half = fc.constantFrom(...halfNames);
const place = fc.constantFrom('annotation' as const, 'comment' as const);
const good = { orchestrator: ['one', 'two'], agents: ['one', 'two'] } as const;
const kindOf = (one: HalfName): fc.Arbitrary<Kind> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good[one]) },
    { weight: 2, arbitrary: fc.constantFrom(...kindsOf[one]) },
  );
const shortWait = fc.constantFrom(0, 5, 40, 100, 200, 700);

const write: fc.Arbitrary<Happening> = half.chain((one) =>
  fc.record({
    do: fc.constant('write' as const),
    half: fc.constant(one),
    kind: kindOf(one),
    isNew: fc.boolean(),
    // Mostly none.
    bundle: fc.constantFrom('', '', '', 'x', 'y'),
    in: place,
    lag: fc.constantFrom(0, 0, 30, 200),
  }),
);
const writeBoth: fc.Arbitrary<Happening> = fc.record({
  do: fc.constant('write both' as const),
  kinds: fc.record({ orchestrator: kindOf('orchestrator'), agents: kindOf('agents') }),
  bundle: fc.boolean(),
  in: place,
  first: half,
  gap: fc.oneof(shortWait, fc.constantFrom(5 * second, 100 * second, 130 * second)),
});
const plain = <Name extends string>(...all: readonly Name[]): fc.Arbitrary<{ do: Name }> =>
  fc.constantFrom(...all).map((name) => ({ do: name }));
const withHalf = <Name extends string>(...all: readonly Name[]): fc.Arbitrary<{ do: Name; half: HalfName }> =>
  fc.record({ do: fc.constantFrom(...all), half });

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 10, arbitrary: write },
  { weight: 4, arbitrary: writeBoth },
  { weight: 3, arbitrary: withHalf('delete', 'write again', 'delete and make anew') },
  { weight: 2, arbitrary: withHalf('wipe the mount', 'empty the mount') },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('confirm' as const), half, in: place }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('kubelet refreshes' as const), half, behind: fc.constantFrom(0, 0, 1, 2) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('API is' as const), mode: fc.constantFrom('down', '403', '401', 'silent') }),
  },
  { weight: 3, arbitrary: plain('API is well') },
  { weight: 4, arbitrary: plain('cut', '410', '410 event', 'watch ends', 'stall') },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('API lags behind' as const), writes: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: plain('disk full', 'disk well') },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      after: fc.integer({ min: 0, max: 12 }),
      down: fc.constantFrom(0, second, 3 * minute),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('roll back' as const), to: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 2, arbitrary: plain('wait') },
);
const pauses = fc.oneof(
  { weight: 5, arbitrary: shortWait },
  { weight: 4, arbitrary: fc.constantFrom(1500, 5 * second) },
  { weight: 3, arbitrary: fc.constantFrom(minute + second, 130 * second) },
  { weight: 1, arbitrary: fc.constantFrom(5 * minute + second) },
);

export const schedules: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(happening, pauses).map(([one, length]) => ({ ...one, pause: length })),
  { minLength: 1, maxLength: 16 },
);
