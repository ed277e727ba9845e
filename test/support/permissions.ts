import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One right as `group/resource verb`, with ` in NAME` where it holds for a named object only; `where` it holds. */
export type Right = { right: string; where: 'everywhere' | 'its own namespace' };

export type Rule = {
  apiGroups?: string[] | undefined;
  resources?: string[] | undefined;
  resourceNames?: string[] | undefined;
  verbs: string[];
};

/** Every single right that RBAC rules grant, sorted. */
export function rightsOf(rules: readonly Rule[]): string[] {
  return rules
    .flatMap(({ apiGroups = [], resources = [], resourceNames, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) =>
            (resourceNames ?? ['']).map((name) => `${group || 'core'}/${resource} ${verb}${name && ` in ${name}`}`),
          ),
        ),
      ),
    )
    .sort();
}

/** The table of docs/permissions.md. */
export function documentedRights(): Right[] {
  const text = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');
  return [
    ...text.matchAll(/^\| (?!API group|---)(.+?) \| (.+?) \| (.+?) \| (everywhere|its own namespace) \|/gm),
  ].flatMap(([, group = '', resources = '', verbs = '', where]) => {
    const resourceNames = [...resources.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const rule = {
      apiGroups: [group],
      resources: resources.replace(/ `.*/, '').split(', '),
      verbs: verbs.split(', '),
      ...(resourceNames.length > 0 && { resourceNames }),
    };
    return rightsOf([rule]).map(
      (right): Right => ({ right, where: where === 'everywhere' ? 'everywhere' : 'its own namespace' }),
    );
  });
}
