import type { Cell, Table } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import { priorities } from '../revision.ts';
import { addService, type Group } from './add-service.ts';
import { type DetailLabel, detailLabels, readDetail } from './service-details.ts';
import { isNothing, suggestColumns } from './values.ts';

const columns = ['service', ...detailLabels] as const satisfies LabelId[];

/** A table with a `Service` column: its rows are services of the group, or complete services listed elsewhere. */
export function readServiceTable(table: Table, group: Group | undefined, reader: Reader, draft: Draft): void {
  const ids = table.header.map((cell) => (cell ? readLabelName(cell.text, columns) : undefined));
  const serviceColumn = columnOfServices(table, ids, group);
  const misspelt = suggestColumns(table, columns, reader);
  if (serviceColumn < 0) {
    if (!misspelt && listsServices(ids))
      reader.problem('column-missing', table.header[0]?.placeOf(0) ?? { line: table.line, column: 1 }, {
        what: 'services',
        header: 'Service',
        value: 'their names',
      });
    return;
  }
  reader.understood(
    { line: table.line, endLine: Math.max(table.line, (table.rows[0]?.line ?? table.line + 2) - 1) },
    'a table of services',
  );
  for (const row of table.rows) {
    const name = row.cells[serviceColumn];
    if (!name) continue;
    const written = row.cells[ids.indexOf('priority')]?.text;
    const priority =
      written === undefined ? undefined : priorities.find((each) => written.toUpperCase().includes(each));
    if (written !== undefined && !priority && !isNothing(written))
      reader.problem('priority-unknown', name.placeOf(0), { word: written });
    // Whether the row lists a service or completes one is known only when all lists have been read.
    draft.amendments.push(() => {
      const at = { line: row.line, column: name.placeOf(0).column };
      const lines = { line: row.line, endLine: row.line };
      const where = priority ?? group?.priority;
      const known = draft.serviceNamed(name.text);
      const service =
        known ??
        (where
          ? addService(name.text, {}, { ...(group ?? { range: [where] }), priority: where }, at, lines, reader, draft)
          : undefined);
      if (!service) {
        if (!where) reader.problem('service-unknown', at, { word: name.text, meant: undefined });
        return;
      }
      for (const [index, id] of ids.entries()) {
        if (id && id !== 'service' && index !== serviceColumn) readCell(id, row.cells[index], service, reader, draft);
      }
      reader.understood(lines, `${service.priority} service \`${service.name}\``);
      if (known && priority && known.priority !== priority) {
        reader.problem('service-listed-twice', at, {
          word: name.text,
          first: known.at.line,
          file: known.at.file,
          priority: known.priority,
        });
      }
    });
  }
}

type Columns = readonly ((typeof columns)[number] | undefined)[];

/** Below a heading with a priority, or beside a column of priorities, the names may stand in a column `Name` or `Workload`. */
function columnOfServices({ header }: Table, ids: Columns, group: Group | undefined): number {
  const named = ids.indexOf('service');
  if (named >= 0 || !(group || ids.includes('priority'))) return named;
  return /^(?:name|workload|deployment)s?$/i.test(header[0]?.text.trim() ?? '') ? 0 : -1;
}

/** Columns that only a list of services has; `| Priority | Max downtime |` may as well explain the priorities. */
const listsServices = (ids: Columns): boolean =>
  ids.some((id) => id === 'namespace' || id === 'workload' || id === 'dependsOn') ||
  (ids[0] !== 'priority' && ids.includes('maxDowntime'));

function readCell(
  id: DetailLabel,
  cell: Cell,
  service: Parameters<typeof readDetail>[2],
  reader: Reader,
  draft: Draft,
): void {
  if (cell && !isNothing(cell.text)) readDetail(id, withoutLabel(cell), service, reader, draft);
}

/** A cell is a value as a whole, also where it holds a colon. */
function withoutLabel(cell: NonNullable<Cell>): NonNullable<Cell> {
  const { label: _, ...rest } = cell;
  return rest;
}
