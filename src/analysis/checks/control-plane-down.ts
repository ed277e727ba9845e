import { minute } from '../../lib/clock.ts';
import { findControlPlaneFaults } from '../causes/control-plane.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const controlPlaneDown: Check = {
  id: 'control-plane-down',
  title: 'A part of the control plane does not work',
  reads: ['pods', 'nodes', 'leases', 'daemonsets', 'events'],
  grace: minute,
  find: ({ world, now }: CheckInput): Observation[] =>
    findControlPlaneFaults(world, now).map((fault) =>
      observe({
        ...fault,
        next:
          fault.subject.kind === 'Component'
            ? 'kubectl get pods,leases -n kube-system -o wide'
            : describeCommand(fault.subject),
      }),
    ),
};
