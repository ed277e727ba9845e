import { listWords } from '../../lib/text.ts';
import type { Clause, ClauseSubject } from '../revision.ts';
import { sayLength } from './said.ts';

/** A clause as it was understood, without its time: `any P0 service down`. */
export function sayClause({ quantifier, subject, state }: Clause): string {
  const many = quantifier === 1 ? 'any' : quantifier === 'all' ? 'all' : `${quantifier} or more`;
  return `${many} ${saySubject(subject, quantifier === 1 ? '' : 's')} ${state.replaceAll('-', ' ')}`;
}

function saySubject(subject: ClauseSubject, plural: '' | 's'): string {
  switch (subject.of) {
    case 'services':
      return `${[...subject.priorities].sort().join('/')} service${plural}`;
    case 'named':
      return `${subject.every ? 'every one of ' : ''}${listWords([...subject.names].sort(), 9)}`;
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
