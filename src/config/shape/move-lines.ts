import type { Block, Cell, Section } from '../document.ts';
import type { TextLine } from './text-line.ts';

/** A document that was read without some of its lines, with every line where it stands in the whole text: line n was read from `lineOf[n - 1]`. */
export function moveLines(section: Section, lineOf: readonly number[]): Section {
  const to = (line: number): number => lineOf[line - 1] ?? (lineOf.at(-1) ?? 0) + line - lineOf.length;
  const place = ({ line, column }: { line: number; column: number }) => ({ line: to(line), column });
  const text = <Line extends TextLine>(one: Line): Line => ({
    ...one,
    line: to(one.line),
    endLine: to(one.endLine),
    placeOf: (index: number) => place(one.placeOf(index)),
  });
  const cell = (one: Cell): Cell => one && text(one);
  const block = (one: Block): Block => {
    if (one.kind === 'item' || one.kind === 'line') return { ...text(one), children: one.children.map(block) };
    const moved = { ...one, line: to(one.line), endLine: to(one.endLine) };
    if (moved.kind !== 'table') return moved;
    return {
      ...moved,
      header: moved.header.map(cell),
      rows: moved.rows.map((row) => ({ ...row, line: to(row.line), cells: row.cells.map(cell) })),
    };
  };
  const move = (one: Section): Section => ({
    ...one,
    line: to(one.line),
    endLine: to(one.endLine),
    placeOf: (index) => place(one.placeOf(index)),
    blocks: one.blocks.map(block),
    sections: one.sections.map(move),
  });
  return move(section);
}
