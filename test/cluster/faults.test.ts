import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { cycle, healthyFault, onTestbed, readFaults, removeNamespaces, until } from '../support/cluster.ts';

/** Not ready has a grace of 3 minutes and young pods one of 5; crash loops need a few restarts. */
const limit = 12 * 60_000;
const config = join(import.meta.dirname, '..', '..', 'examples', 'config');

test('the faults of a real node are named with their causes, one incident each, and the healthy namespace is silent', async (t) => {
  const faults = readFaults();
  await onTestbed('fault', healthyFault, ...faults.map(({ file }) => file));
  t.after(() => removeNamespaces('healthy', ...faults.map(({ namespace }) => namespace)));

  const toldOf = (document: Awaited<ReturnType<typeof cycle>>, { namespace }: { namespace: string }) =>
    document.incidents.filter(({ subject }) => subject.namespace === namespace);
  const document = await until('an incident for every fault', limit, async () => {
    const seen = await cycle('--config', config);
    const missing = faults.filter((fault) => toldOf(seen, fault).length === 0);
    if (missing.length > 0) throw new Error(`none for ${missing.map(({ namespace }) => namespace).join(', ')}`);
    return seen;
  });

  const rows = faults.map((fault) => {
    const incidents = toldOf(document, fault);
    const named = incidents.some(({ subject }) => subject.kind === fault.kind && subject.name === fault.name);
    const cause = incidents.some((incident) => incident.cause === fault.cause);
    return {
      fault: fault.namespace,
      named,
      cause: cause ? fault.cause : `${incidents[0]?.cause ?? 'none'} instead of ${fault.cause}`,
      right: cause,
      incidents: incidents.length,
    };
  });
  for (const row of rows)
    t.diagnostic(`${row.fault}: named ${row.named}, cause ${row.cause}, incidents ${row.incidents}`);
  assert.deepEqual(
    rows.filter(({ named }) => !named).map(({ fault }) => fault),
    [],
    'every object is named',
  );
  assert.ok(
    rows.filter(({ right }) => right).length >= faults.length - 1,
    `causes: ${rows
      .filter(({ right }) => !right)
      .map(({ fault, cause }) => `${fault}: ${cause}`)
      .join('; ')}`,
  );
  assert.deepEqual(
    rows.filter(({ incidents }) => incidents !== 1).map(({ fault, incidents }) => `${fault}: ${incidents}`),
    [],
    'one incident each',
  );
  assert.deepEqual(
    document.findings.filter(({ subject }) => subject.namespace === 'healthy'),
    [],
  );
  assert.deepEqual(
    document.incidents.filter(({ subject }) => subject.namespace === 'healthy'),
    [],
  );
});
