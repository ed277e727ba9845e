import { listWords } from '../../lib/text.ts';
import type { Clause, ClauseSubject } from '../revision.ts';
import { sayLength } from './said.ts';

/** A clause as it was understood, without its time: `any P0 service down`. */
export function sayClause({ quantifier, subject, state }: Clause): string {
  if (subject.of === 'named') return `${sayNamed(subject, quantifier)} ${state.replaceAll('-', ' ')}`;
  // There is one of each.
  const isOne = subject.of === 'control-plane' || subject.of === 'infrastructure';
  if (isOne && quantifier === 1) return `${saySubject(subject, '')} ${state.replaceAll('-', ' ')}`;
  const many = quantifier === 1 ? 'any' : quantifier === 'all' ? 'all' : `${quantifier} or more`;
  return `${many} ${saySubject(subject, quantifier === 1 ? '' : 's')} ${state.replaceAll('-', ' ')}`;
}

type Named = Extract<ClauseSubject, { of: 'named' }>;

/** `orders or payments`, `orders and payments`, `2 or more of orders, payments and search`. */
function sayNamed({ names, every }: Named, quantifier: Clause['quantifier']): string {
  const sorted = [...names].sort();
  const list = listWords(sorted, 9);
  if (quantifier === 1 && !every) return list.replace(/ and (?=\S+$)/, ' or ');
  if (quantifier === 'all' && every && sorted.length > 1) return list;
  const many = quantifier === 1 ? 'any' : quantifier === 'all' ? 'all' : `${quantifier} or more`;
  return `${many} of ${every ? 'every one of ' : ''}${list}`;
}

function saySubject(subject: Exclude<ClauseSubject, Named>, plural: '' | 's'): string {
  switch (subject.of) {
    case 'services':
      return `${[...subject.priorities].sort().join('/')} service${plural}`;
    case 'class':
      return [...subject.classes].sort().join('/');
    case 'nodes':
      return `node${plural}`;
    case 'control-plane':
      return 'control plane';
    case 'infrastructure':
      return 'infrastructure';
    case 'any':
      return `service${plural}`;
  }
}

/** When a clause counts: `after 2 minutes`, `at once`. */
export function sayFor(length: Clause['for']): string {
  if (length === undefined) return 'after the grace of its check';
  return length === 0 ? 'at once' : `after ${sayLength(length)}`;
}
