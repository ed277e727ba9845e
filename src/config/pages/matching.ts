import type { ProblemPage } from './page.ts';

const page = (means: string, arises: string, instead: string): ProblemPage => ({
  means,
  arises,
  instead,
  level: 'warning',
});

/** What only a cluster, the clock or the record can say about a configuration. Never an error: clusters change. */
export const matchingPages: Record<string, ProblemPage> = {
  'workload-not-found': page(
    'A listed service stands for nothing in the cluster, so nothing is judged as this service and nobody is told when it fails.',
    'No workload, label `app.kubernetes.io/name` or `instance`, Service or namespace of the cluster bears the name of the service or one of its aliases, or `Workload:` names one that is not there.',
    'Write the name the cluster has, or `Workload:` and `Namespace:` below the service. Delete what is gone; write `Optional: yes` for what comes and goes.',
  ),
  'namespace-not-found': page(
    'A service is said to live in a namespace that the cluster does not have.',
    '`Namespace:` below the service is misspelt, or the namespace was deleted.',
    'Write the name as `kubectl get namespaces` shows it.',
  ),
  'namespace-as-a-whole': page(
    'Everything in the namespace counts as this service, although one workload in it is called nearly like it.',
    'The service has a `Namespace:` in which no workload bears its name. That may be meant (the service is all of it), or the name is misspelt.',
    'Write the name of the workload, or `Workload:` below the service.',
  ),
  'workload-ambiguous': page(
    'The service was found in several namespaces, and all of them count: a fault in a test namespace is a fault of the service.',
    'Workloads of the same name are in several namespaces and no line says which is meant.',
    'Write `Namespace:` below the service.',
  ),
  'workload-shared': page(
    'Two services stand for the same workload: a fault of it is a fault of both, and counts twice where criteria count services.',
    'Both names lead to it, one of them perhaps by `Workload:`, a label or as the only workload of a namespace.',
    'Write `Workload:` below the one that means something else, or list it once with `Aliases:`.',
  ),
  'issue-matches-nothing': page(
    'The known issue mutes nothing now.',
    'The services it names, or the class of services it speaks of, are not in the cluster.',
    'Write the services it is about after `Services:`, or delete the issue.',
  ),
  'issue-covers-every-critical': page(
    'While the known issue holds, no P0 service pages for what it covers.',
    'It speaks of a class (databases, caches, queues, ingress controllers) to which every P0 service of this cluster belongs.',
    'Name the services it is really about after `Services:`.',
  ),
  'issue-expired': page(
    'The known issue mutes nothing any more.',
    'The date after `Until:` is over.',
    'Delete the issue, or write a later date where it is still true.',
  ),
  'issue-never-matched': page(
    'The known issue has silenced nothing for 30 days, so it may no longer be true; what is no longer true may hide something one day.',
    'The record of the last 30 days holds no cycle in which it silenced anything.',
    'Delete it where it is no longer true; else write the date to which it holds after `Until:`.',
  ),
};
