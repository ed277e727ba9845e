export { keepRevision } from './keep/keep-revision.ts';
export type * from './keep/keeper.ts';
